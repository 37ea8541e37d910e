import type { ExitName } from '../../../core/contract';
import type { Reporter } from '../report/reporter';

export type CheckName = 'connectivity' | 'tracking table' | 'applied migrations' | 'environment';

/** What one check found. */
export interface Finding {
  readonly check: CheckName;
  readonly outcome: 'pass' | 'warn' | 'refuse';
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly detail?: string | undefined;
  /** The exit code that a refusal asks for. */
  readonly exit?: ExitName;
}

export function pass(check: CheckName, message: string): Finding {
  return { check, outcome: 'pass', message };
}

export function warn(check: CheckName, message: string, remedy?: string): Finding {
  return { check, outcome: 'warn', message, remedy };
}

export function refuse(
  check: CheckName,
  exit: ExitName,
  message: string,
  { remedy, detail }: { remedy?: string | undefined; detail?: string | undefined } = {},
): Finding {
  return { check, outcome: 'refuse', exit, message, remedy, detail };
}

export function reportFinding(
  { check, outcome, message, remedy, detail }: Finding,
  reporter: Reporter,
): void {
  const fields = { check, ...(remedy && { remedy }), ...(detail && { detail }) };
  const text = `${check}: ${message}`;
  if (outcome === 'pass') reporter.info('check_passed', text, fields);
  else if (outcome === 'warn') reporter.warn('check_warned', text, fields);
  else reporter.error('check_refused', text, fields);
}

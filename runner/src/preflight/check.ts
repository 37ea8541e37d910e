import { EXIT, type ExitName } from '../../../core/contract';
import { failureFields } from '../errors/failure-fields';
import { GateErrors } from '../errors/gate-error';
import type { Place } from '../errors/place';
import { toGateError } from '../errors/to-gate-error';
import type { Reporter } from '../report/reporter';

/** In the order in which a person would look. */
export type CheckName =
  | 'connectivity'
  | 'server version'
  | 'writability'
  | 'connection slots'
  | 'tracking table'
  | 'applied migrations'
  | 'stopped migrations'
  | 'pooler'
  | 'pending statements'
  | 'privileges'
  | 'extensions'
  | 'roles'
  | 'status grants'
  | 'migration lock'
  | 'environment';

/** What one check found. */
export interface Finding {
  readonly check: CheckName;
  readonly outcome: 'pass' | 'warn' | 'refuse';
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly detail?: string | undefined;
  readonly migration?: string | undefined;
  readonly place?: Place | undefined;
  readonly sqlstate?: string | undefined;
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
  // Not spread: a GateError may be given, which has an exit code and words of its own.
  {
    remedy,
    detail,
    migration,
    place,
    sqlstate,
  }: Pick<Finding, 'remedy' | 'detail' | 'migration' | 'place' | 'sqlstate'> = {},
): Finding {
  return { check, outcome: 'refuse', exit, message, remedy, detail, migration, place, sqlstate };
}

/** What went wrong during a check, as refusals: one for each problem. */
export function refusalsOf(error: unknown, check: CheckName): Finding[] {
  const failure = toGateError(error);
  const { exit, message, remedy, detail, migration, place, sqlstate } = failure;
  return failure instanceof GateErrors
    ? failure.problems.map((problem) => refuse(check, exit, problem, { remedy }))
    : [refuse(check, exit, message, { remedy, detail, migration, place, sqlstate })];
}

export function reportFinding(
  { check, outcome, message, remedy, detail, migration, place, sqlstate }: Finding,
  reporter: Reporter,
): void {
  const fields = {
    check,
    ...failureFields({ migration, place, sqlstate }),
    ...(remedy && { remedy }),
    ...(detail && { detail }),
  };
  const text = `${check}: ${message}`;
  if (outcome === 'pass') reporter.info('check_passed', text, fields);
  else if (outcome === 'warn') reporter.warn('check_warned', text, fields);
  else reporter.error('check_refused', text, fields);
}

/**
 * @throws GateErrors with every refusal, and the code of those that no retry can change. The first with a place in a file
 *   tells where to look.
 */
export function assertNoRefusal(findings: readonly Finding[]): void {
  const refusals = findings.filter(({ outcome }) => outcome === 'refuse');
  if (refusals.length === 0) return;
  const placed = refusals.find(({ migration, place }) => migration ?? place) ?? refusals[0];
  throw new GateErrors(
    exitOf(refusals),
    refusals.map(({ check, message, remedy }) => `${check}: ${message}${remedy ? `; ${remedy}` : ''}`),
    'correct what was refused and run again',
    placed && whereOf(placed),
  );
}

function whereOf({ detail, migration, place, sqlstate }: Finding) {
  return { detail, migration, place, sqlstate };
}

/** The code that says most: one that no retry can change comes before one that may pass by itself. */
function exitOf(refusals: readonly Finding[]): ExitName {
  const exits = refusals.map(({ exit }) => exit ?? 'PREFLIGHT');
  const final = exits.filter((exit) => EXIT[exit].job === 'fail');
  return final[0] ?? exits[0] ?? 'PREFLIGHT';
}

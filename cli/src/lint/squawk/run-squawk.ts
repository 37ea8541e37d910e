import { spawn } from 'node:child_process';
import { GateError } from '../../../../runner/src/errors/gate-error';

/** A violation as squawk's JSON reporter tells it. */
export interface Violation {
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** In bytes of UTF-8, from 0. */
  readonly column: number;
  readonly message: string;
  readonly help: string | null;
  readonly rule_name: string;
}

export interface SquawkRun {
  readonly binary: string;
  readonly config: string | undefined;
  /** As squawk writes it, for example `16` or `16.4`. */
  readonly pgVersion: string | undefined;
  readonly signal: AbortSignal;
}

/** Command lines have a limit, on some systems of 32,000 characters. */
const FILES_AT_ONCE = 100;

/**
 * Runs squawk on files.
 *
 * @param inTransaction whether each file begins inside a transaction that is opened for it.
 * @throws GateError (78) when squawk refuses its settings.
 */
export async function runSquawk(
  { binary, config, pgVersion, signal }: SquawkRun,
  paths: readonly string[],
  inTransaction: boolean,
): Promise<Violation[]> {
  const options = [
    ...['--reporter', 'json', '--no-error-on-unmatched-pattern'],
    inTransaction ? '--assume-in-transaction' : '--no-assume-in-transaction',
    ...(config === undefined ? [] : ['--config', config]),
    ...(pgVersion === undefined ? [] : ['--pg-version', pgVersion]),
  ];
  const found: Violation[] = [];
  for (let from = 0; from < paths.length; from += FILES_AT_ONCE) {
    const some = paths.slice(from, from + FILES_AT_ONCE).map(literalPattern);
    found.push(...(await violationsOf(binary, [...options, '--', ...some], signal)));
  }
  return found;
}

/** squawk takes paths for patterns. */
function literalPattern(path: string): string {
  return path.replace(/[[\]*?]/g, '[$&]');
}

/** Whether squawk has a rule of this name. */
export async function isSquawkRule(binary: string, rule: string, signal: AbortSignal): Promise<boolean> {
  const { stderr } = await answerOf(binary, [`--exclude=${rule}`, '--version'], signal);
  return !stderr.includes('invalid rule name');
}

async function violationsOf(
  binary: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Violation[]> {
  const { stdout, stderr } = await answerOf(binary, args, signal);
  const text = stdout.trim();
  // Where its settings leave all of the files out.
  if (text === '' && /Failed to find files/.test(stderr)) return [];
  try {
    return JSON.parse(text) as Violation[];
  } catch {
    throw refusal(stderr.trim() || 'it gave no answer');
  }
}

async function answerOf(
  binary: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(signal.aborted ? signal.reason : refusal(error.message)));
    child.once('close', () => resolve());
  });
  return { stdout, stderr };
}

function refusal(why: string): GateError {
  return new GateError('CONFIG', `squawk did not run: ${why.split('\n')[0]}`, {
    remedy: 'correct .squawk.toml or --pg-version, or leave its rules out with --no-squawk',
    detail: why.includes('\n') ? why : undefined,
  });
}

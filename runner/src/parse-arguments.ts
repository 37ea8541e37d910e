import { parseArgs } from 'node:util';
import { Command, type CommandName } from '../../core/contract';
import { didYouMean } from './errors/closest';
import { GateError } from './errors/gate-error';
import { type Flag, flagFault, OPTIONS, splitList } from './flags';
import { usageOf } from './usage';

export interface Arguments {
  readonly command: CommandName | 'help' | 'version';
  readonly json: boolean;
  readonly check: boolean;
  /** The last migration of a baseline. */
  readonly to: string | undefined;
  /** The token of the plan. */
  readonly confirm: string | undefined;
  /** Edited migrations that a repair accepts; all when absent. */
  readonly accept: readonly string[] | undefined;
  /** Ids of history rows without a file that a repair removes. */
  readonly removeOrphan: readonly number[];
  readonly removeOrphans: boolean;
  /** Migrations that stopped midway and that a repair gives up. */
  readonly forget: readonly string[];
  /** What was kept and is to be put back. */
  readonly restore: string | undefined;
  /** What was kept and is to go. */
  readonly remove: string | undefined;
  /** How many runs of the history are shown. */
  readonly limit: number | undefined;
  /** The only run that is shown: how its id begins. */
  readonly run: string | undefined;
}

type Flags = ReadonlyMap<string, string | undefined>;

/**
 * @param commandLine how a person called the program, when that was not the runner.
 * @throws GateError (64) with the usage of what was called.
 */
export function parseArguments(argv: readonly string[], commandLine = ''): Arguments {
  const { given, positionals } = read(argv);
  const [command, ...rest] = positionals;
  const known = Object.values(Command).find((name) => name === command);
  const flags: Flags = new Map(given.map(({ name, value }) => [name, value]));
  for (const asked of ['help', 'version'] as const) {
    if (flags.has(asked)) return { command: asked, ...argumentsOf(new Map()) };
  }
  const [fault] = [
    ...given.flatMap((flag) => flagFault(flag, known) ?? []),
    ...(rest.length > 0 ? [`${JSON.stringify(rest.join(' '))} is too much`] : []),
    ...(known === Command.BASELINE && !flags.has('to')
      ? ['baseline needs --to: the last migration that the database has']
      : []),
  ];
  if (!known || fault) {
    throw new GateError('USAGE', fault ?? commandFault(command), { remedy: usageOf(known, commandLine) });
  }
  return { command: known, ...argumentsOf(flags) };
}

/** Not strict: what is wrong with a flag is told in our own words. */
function read(argv: readonly string[]): { given: Flag[]; positionals: string[] } {
  if (!argv.some((argument) => argument.startsWith('-'))) return { given: [], positionals: [...argv] };
  const options = { args: [...argv], allowPositionals: true, options: OPTIONS, strict: false, tokens: true };
  const { tokens, positionals } = parseArgs(options as typeof options & { tokens: true });
  return { given: tokens.filter((token) => token.kind === 'option'), positionals };
}

function commandFault(command: string | undefined): string {
  if (command === undefined) return 'no command was given';
  return `${JSON.stringify(command)} is no command${didYouMean(command, Object.values(Command))}`;
}

function argumentsOf(flags: Flags): Omit<Arguments, 'command'> {
  return {
    json: flags.has('json'),
    check: flags.has('check'),
    to: flags.get('to')?.trim(),
    confirm: flags.get('confirm')?.trim(),
    accept: flags.has('accept') ? listOf(flags, 'accept') : undefined,
    removeOrphan: listOf(flags, 'remove-orphan').map(Number),
    removeOrphans: flags.has('remove-orphans'),
    forget: listOf(flags, 'forget'),
    restore: flags.get('restore')?.trim(),
    remove: flags.get('remove')?.trim(),
    limit: flags.has('limit') ? Number(flags.get('limit')) : undefined,
    run: flags.get('run')?.trim(),
  };
}

function listOf(flags: Flags, name: string): string[] {
  return splitList(flags.get(name) ?? '');
}

import { parseArgs } from 'node:util';
import { Command, type CommandName } from '../../core/contract';
import { GateError } from './errors/gate-error';

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
}

export const USAGE = `usage: runner <command>

  preflight            look whether a migration can run; changes nothing
  migrate              apply what is pending
  rollback-preflight   show the plan of a rollback and wait the safety delay
  rollback             undo everything after ROLLBACK_TARGET; needs ROLLBACK_CONFIRM
  status               show what is applied and pending [--json] [--check]
  baseline             mark migrations as applied without running them --to TAG [--confirm TOKEN]
  repair               make the history agree with the files [--accept TAG,…] [--remove-orphan ID,…]
                       [--remove-orphans] [--confirm TOKEN]

Everything else comes from the environment: DATABASE_URL or PGHOST …, MIGRATIONS_FOLDER.`;

const OPTIONS = {
  json: { type: 'boolean' },
  check: { type: 'boolean' },
  to: { type: 'string' },
  confirm: { type: 'string' },
  accept: { type: 'string' },
  'remove-orphan': { type: 'string' },
  'remove-orphans': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Whose the options are; help and version are everybody's. */
const OWNERS: Readonly<Record<string, readonly CommandName[]>> = {
  json: [Command.STATUS],
  check: [Command.STATUS],
  to: [Command.BASELINE],
  confirm: [Command.BASELINE, Command.REPAIR],
  accept: [Command.REPAIR],
  'remove-orphan': [Command.REPAIR],
  'remove-orphans': [Command.REPAIR],
};

/** @throws GateError (64) with the usage. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const options = {
    json: values.json === true,
    check: values.check === true,
    to: values.to,
    confirm: values.confirm?.trim() || undefined,
    accept: values.accept === undefined ? undefined : listOf(values.accept),
    removeOrphan: listOf(values['remove-orphan']).map(historyId),
    removeOrphans: values['remove-orphans'] === true,
  };
  if (values.help) return { command: 'help', ...options };
  if (values.version) return { command: 'version', ...options };
  const [command, ...rest] = positionals;
  const known = Object.values(Command).find((name) => name === command);
  if (!known || rest.length > 0) {
    throw usageError(
      rest.length > 0
        ? `${JSON.stringify(rest.join(' '))} is too much`
        : command
          ? `${JSON.stringify(command)} is no command`
          : 'no command was given',
    );
  }
  for (const name of Object.keys(values)) {
    const owners = OWNERS[name];
    if (owners && !owners.includes(known)) {
      throw usageError(`--${name} belongs to ${owners.join(' and ')}, not to ${known}`);
    }
  }
  if (known === Command.BASELINE && !options.to) {
    throw usageError('baseline needs --to: the last migration that the database has');
  }
  return { command: known, ...options };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function historyId(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw usageError(`--remove-orphan has ${JSON.stringify(text)}; give ids of the history`);
}

function usageError(message: string): GateError {
  return new GateError('USAGE', message, { remedy: USAGE });
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

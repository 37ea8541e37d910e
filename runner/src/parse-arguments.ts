import { parseArgs } from 'node:util';
import { Command, type CommandName } from '../../core/contract';
import { GateError } from './errors/gate-error';

export interface Arguments {
  readonly command: CommandName | 'help' | 'version';
  readonly json: boolean;
  readonly check: boolean;
}

export const USAGE = `usage: runner <command>

  preflight            look whether a migration can run; changes nothing
  migrate              apply what is pending
  rollback-preflight   show the plan of a rollback and wait the safety delay
  rollback             undo everything after ROLLBACK_TARGET; needs ROLLBACK_CONFIRM
  status               show what is applied and pending [--json] [--check]

Everything else comes from the environment: DATABASE_URL or PGHOST …, MIGRATIONS_FOLDER.`;

/** @throws GateError (64) with the usage. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const flags = { json: values.json === true, check: values.check === true };
  if (values.help) return { command: 'help', ...flags };
  if (values.version) return { command: 'version', ...flags };
  const [command, ...rest] = positionals;
  const known = Object.values(Command).find((name) => name === command);
  if (!known || rest.length > 0) {
    const given =
      rest.length > 0
        ? `${JSON.stringify(rest.join(' '))} is too much`
        : command
          ? `${JSON.stringify(command)} is no command`
          : 'no command was given';
    throw new GateError('USAGE', given, { remedy: USAGE });
  }
  if (known !== Command.STATUS && (flags.json || flags.check)) {
    throw new GateError('USAGE', `--json and --check belong to status, not to ${known}`, { remedy: USAGE });
  }
  return { command: known, ...flags };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        check: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw new GateError('USAGE', (error as Error).message, { remedy: USAGE });
  }
}

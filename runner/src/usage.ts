import { Command, type CommandName } from '../../core/contract';

interface Usage {
  readonly does: string;
  readonly flags?: string;
}

const USAGES: Readonly<Record<CommandName, Usage>> = {
  [Command.PREFLIGHT]: { does: 'look whether a migration can run; changes nothing' },
  [Command.MIGRATE]: { does: 'apply what is pending' },
  [Command.ROLLBACK_PREFLIGHT]: { does: 'show the plan of a rollback and wait the safety delay' },
  [Command.ROLLBACK]: { does: 'undo everything after ROLLBACK_TARGET; needs ROLLBACK_CONFIRM' },
  [Command.ROLLBACK_PLAN]: {
    does: 'show what a rollback to ROLLBACK_TARGET would undo and lose',
    flags: '[--json]',
  },
  [Command.ROLLBACK_KEPT]: {
    does: 'show what rollbacks have kept, put it back, or remove it',
    flags: '[--restore NAME | --remove NAME] [--json]',
  },
  [Command.STATUS]: { does: 'show what is applied and pending', flags: '[--json] [--check]' },
  [Command.HISTORY]: {
    does: 'show what runs did to this database, and why they failed',
    flags: '[--limit N | --run ID] [--json]',
  },
  [Command.WAIT]: { does: 'wait until the schema of this release is there; changes nothing' },
  [Command.BASELINE]: {
    does: 'mark migrations as applied without running them',
    flags: '--to TAG [--confirm TOKEN]',
  },
  [Command.REPAIR]: {
    does: 'make the history agree with the files',
    flags: '[--accept TAG,…] [--remove-orphan ID,…] [--remove-orphans] [--forget TAG,…] [--confirm TOKEN]',
  },
};

const COLUMN = 23;

/** The runner's own usage, with every command. */
export function runnerUsage(): string {
  const lines = Object.entries(USAGES).flatMap(([command, { does, flags }]) => [
    `${`  ${command}`.padEnd(COLUMN)}${does}`,
    ...(flags ? [`${' '.repeat(COLUMN)}${flags}`] : []),
  ]);
  return [
    'usage: runner <command>',
    '',
    ...lines,
    '',
    'Everything else comes from the environment: DATABASE_URL or PGHOST …, MIGRATIONS_FOLDER.',
  ].join('\n');
}

/**
 * The usage of the program that a person called.
 *
 * @param commandLine how it was called, when the runner is only its worker.
 */
export function usageOf(command: string | undefined, commandLine: string): string {
  const [program] = commandLine.split(' ');
  if (!program) return runnerUsage();
  const { flags } = USAGES[command as CommandName] ?? {};
  return ['usage:', program, command ?? '<command>', ...(flags ? [flags] : []), '[--migrations DIR]'].join(
    ' ',
  );
}

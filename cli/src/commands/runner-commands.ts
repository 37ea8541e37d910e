import type { Command } from 'commander';
import { Command as Name } from '../../../core/contract';
import { forward } from '../forward';

type Flag = readonly [flags: string, description: string];

const CONFIRM: Flag = ['--confirm <token>', 'carry out exactly the plan that printed this token'];

/** Every command of the runner has it. */
export const MIGRATIONS: Flag = [
  '--migrations <dir>',
  'the migrations folder (default: MIGRATIONS_FOLDER, or migrations)',
];

/** The runner's commands that a person calls from here. */
const FORWARDED: readonly { name: string; description: string; required?: Flag; flags?: readonly Flag[] }[] =
  [
    {
      name: Name.STATUS,
      description: 'show what is applied and pending',
      flags: [
        ['--json', 'as a JSON document'],
        ['--check', 'fail (81) unless everything is applied'],
      ],
    },
    {
      name: Name.HISTORY,
      description: 'show what runs did to this database',
      flags: [['--json', 'as a JSON document']],
    },
    { name: Name.PREFLIGHT, description: 'look whether a migration can run; changes nothing' },
    {
      name: Name.WAIT,
      description: 'wait until the database has the migrations of the folder; changes nothing',
    },
    { name: Name.MIGRATE, description: 'apply what is pending' },
    {
      name: Name.BASELINE,
      description: 'mark migrations of an existing database as applied, without running them',
      required: ['--to <migration>', 'the last migration that the database has: its tag, or its number'],
      flags: [CONFIRM],
    },
    {
      name: Name.REPAIR,
      description: 'make the history agree with the files again',
      flags: [
        ['--accept <tags>', 'accept only these edited files, separated by commas (default: all)'],
        ['--remove-orphan <ids>', 'remove these history rows that have no file, separated by commas'],
        ['--remove-orphans', 'remove all of them'],
        ['--forget <tags>', 'give up these migrations that stopped midway, separated by commas'],
        CONFIRM,
      ],
    },
  ];

/** Adds the commands that are the runner's, each a process with this environment (DATABASE_URL or PGHOST …). */
export function addRunnerCommands(program: Command): void {
  for (const { name, description, required, flags = [] } of FORWARDED) {
    const command = program
      .command(name)
      .description(description)
      .option(...MIGRATIONS);
    if (required) command.requiredOption(...required);
    for (const flag of flags) command.option(...flag);
    command.action(async ({ migrations, ...options }: Record<string, string | true>) => {
      const args = Object.entries(options).flatMap(([key, value]) => {
        const word = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
        return value === true ? [word] : [`${word}=${value}`];
      });
      process.exitCode = await forward({
        args: [name, ...args],
        migrations: migrations === undefined ? undefined : String(migrations),
      });
    });
  }
}

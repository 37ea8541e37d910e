import type { Command } from 'commander';
import { Command as Name } from '../../../core/contract';
import { confirmedBy } from '../confirm/confirmed-by';
import { forward } from '../forward';
import { addInCluster, type InClusterOptions, isInCluster } from './in-cluster';

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
      description: 'show what runs did to this database, and why they failed',
      flags: [
        ['--limit <n>', 'how many of the newest runs (default: 50)'],
        ['--run <id>', 'one run in full: the id of the table is enough'],
        ['--json', 'as a JSON document'],
        ['--html <file>', 'as one page with pictures; - is standard output (default of --limit: 500)'],
      ],
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

/** Commands that change the database; they go on when nobody follows their Job any more. */
const WRITING: ReadonlySet<string> = new Set([Name.MIGRATE, Name.BASELINE, Name.REPAIR]);

/** Adds the commands that are the runner's, each a process with this environment (DATABASE_URL or PGHOST …), or a Job. */
export function addRunnerCommands(program: Command): void {
  for (const { name, description, required, flags = [] } of FORWARDED) {
    const command = program
      .command(name)
      .description(description)
      .option(...MIGRATIONS);
    if (required) command.requiredOption(...required);
    for (const flag of flags) command.option(...flag);
    addInCluster(command);
    command.action(async (given: Record<string, string | true> & InClusterOptions) => {
      const { migrations, inCluster, context, namespace, file, live, instance, html, ...options } = given;
      const cluster = { context, namespace, file, live, instance };
      const call = { args: [name, ...argumentsOf(options)] };
      const goesByItself = name === Name.STATUS;
      const isThere = isInCluster({ ...cluster, inCluster, migrations }, { goesByItself });
      if (typeof html === 'string') {
        const { writeHistoryPage } = await import('../history/write-history-page');
        process.exitCode = await writeHistoryPage(
          { ...options, file: html, migrations },
          isThere ? cluster : undefined,
        );
      } else if (!isThere) {
        const variables: Record<string, string> = options.confirm ? { CONFIRMED_BY: confirmedBy() } : {};
        process.exitCode = await forward({ ...call, variables, migrations });
      } else if (name === Name.STATUS) {
        const { statusInCluster } = await import('../cluster/status/status-in-cluster');
        process.exitCode = await statusInCluster(call.args, cluster);
      } else {
        const { runInCluster } = await import('../cluster/short-job/run-in-cluster');
        process.exitCode = await runInCluster(
          {
            ...{ ...call, isConfirmed: options.confirm !== undefined },
            ...{ isWriting: WRITING.has(name), isRetried: name === Name.MIGRATE },
          },
          cluster,
        );
      }
    });
  }
}

/** The options as the runner takes them. */
function argumentsOf(options: Readonly<Record<string, string | true>>): string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    const word = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [word] : [`${word}=${value}`];
  });
}

import type { Command } from 'commander';
import { Command as Name } from '../../../core/contract';
import { forward } from '../forward';
import { runRollback } from '../rollback/run/run-rollback';
import { addInCluster, type InClusterOptions, isInCluster } from './in-cluster';
import { addRollbackGenerate } from './rollback-generate';
import { addRollbackProve } from './rollback-prove';
import { MIGRATIONS } from './runner-commands';

interface PlanOptions extends InClusterOptions {
  readonly to: string;
  readonly json?: boolean;
  readonly discard?: boolean;
}

interface KeptOptions extends InClusterOptions {
  readonly json?: boolean;
}

interface RunOptions extends PlanOptions {
  readonly confirm?: string;
}

const JSON_FLAG = ['--json', 'as a JSON document'] as const;
const TO = ['--to <migration>', 'the last migration that stays: its tag, or its number; or: empty'] as const;

/** Adds what is done with rollbacks: before the night in which one is needed, in it, and after it. */
export function addRollback(program: Command): void {
  const group = program
    .command('rollback')
    .description('generate, prove, plan and run rollbacks, and get back what they kept');
  addRollbackGenerate(group);
  addRollbackProve(group);
  addPlan(group);
  addRun(group);
  addKept(group);
}

function addPlan(group: Command): void {
  const plan = group
    .command('plan')
    .description('show what a rollback would undo and lose, and the token that confirms it; changes nothing')
    .requiredOption(...TO)
    .option(...JSON_FLAG)
    .option(...MIGRATIONS)
    .action(async ({ to, json, ...options }: PlanOptions) => {
      const call = {
        args: [Name.ROLLBACK_PLAN, ...(json ? ['--json'] : [])],
        // What a person does next with a plan is to run it.
        typed: ['rollback', 'run', '--to', to],
        variables: { ROLLBACK_TARGET: to },
      };
      if (!isInCluster(options, { goesByItself: true })) {
        process.exitCode = await forward({ ...call, migrations: options.migrations });
        return;
      }
      const { planInCluster } = await import('../rollback/run/run-in-cluster');
      process.exitCode = await planInCluster(call, options);
    });
  addInCluster(plan);
}

function addRun(group: Command): void {
  const run = group
    .command('run')
    .description("roll back, after the plan and the database's name; in a script with --confirm")
    .requiredOption(...TO)
    .option('--confirm <token>', 'carry out exactly the plan that printed this token, without a question')
    .option('--discard', 'keep no copy of the rows of dropped tables and columns')
    .option(...MIGRATIONS)
    .addHelpText(
      'after',
      "\nROLLBACK_DELAY_SECONDS (10) is waited first; 0 turns the safety delay off. In the cluster that of the Job's manifest counts.",
    )
    .action(async (options: RunOptions) => {
      if (!isInCluster(options, { goesByItself: true })) {
        process.exitCode = await runRollback(options);
        return;
      }
      const { rollbackInCluster } = await import('../rollback/run/run-in-cluster');
      process.exitCode = await rollbackInCluster(options, options);
    });
  addInCluster(run);
}

function addKept(group: Command): void {
  const kept = group.command('kept').description('what rollbacks have kept: list, restore or remove it');
  const list = kept
    .command('list', { isDefault: true })
    .description('show the kept copies')
    .option(...JSON_FLAG)
    .option(...MIGRATIONS)
    .action((options: KeptOptions) => runKept([], ['rollback', 'kept'], options));
  addInCluster(list);
  for (const [verb, description] of [
    ['restore', 'put kept rows back where their tables and columns are there again'],
    ['remove', 'drop a kept copy: the rows are then gone for good'],
  ] as const) {
    const command = kept
      .command(`${verb} <name>`)
      .description(description)
      .option(...JSON_FLAG)
      .option(...MIGRATIONS)
      .action((name: string, options: KeptOptions) =>
        runKept([`--${verb}=${name}`], ['rollback', 'kept', verb, name], options),
      );
    addInCluster(command);
  }
}

async function runKept(
  flags: readonly string[],
  typed: readonly string[],
  options: KeptOptions,
): Promise<void> {
  const call = { args: [Name.ROLLBACK_KEPT, ...flags, ...(options.json ? ['--json'] : [])], typed };
  if (!isInCluster(options)) {
    process.exitCode = await forward({ ...call, migrations: options.migrations });
    return;
  }
  const { runInCluster } = await import('../cluster/short-job/run-in-cluster');
  process.exitCode = await runInCluster({ ...call, isWriting: flags.length > 0 }, options);
}

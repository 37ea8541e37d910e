import type { Command } from 'commander';
import { Command as Name } from '../../../core/contract';
import { forward } from '../forward';
import { runRollback } from '../rollback/run/run-rollback';
import { addRollbackGenerate } from './rollback-generate';
import { addRollbackProve } from './rollback-prove';
import { MIGRATIONS } from './runner-commands';

interface PlanOptions {
  readonly to: string;
  readonly json?: boolean;
  readonly discard?: boolean;
  readonly migrations?: string;
}

interface KeptOptions {
  readonly json?: boolean;
  readonly migrations?: string;
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
  group
    .command('plan')
    .description('show what a rollback would undo and lose, and the token that confirms it; changes nothing')
    .requiredOption(...TO)
    .option(...JSON_FLAG)
    .option(...MIGRATIONS)
    .action(async ({ to, json, migrations }: PlanOptions) => {
      process.exitCode = await forward({
        args: [Name.ROLLBACK_PLAN, ...(json ? ['--json'] : [])],
        // What a person does next with a plan is to run it.
        typed: ['rollback', 'run', '--to', to],
        variables: { ROLLBACK_TARGET: to },
        migrations,
      });
    });
  group
    .command('run')
    .description("roll back, after the plan and the database's name; in a script with --confirm")
    .requiredOption(...TO)
    .option('--confirm <token>', 'carry out exactly the plan that printed this token, without a question')
    .option('--discard', 'keep no copy of the rows of dropped tables and columns')
    .option(...MIGRATIONS)
    .addHelpText('after', '\nROLLBACK_DELAY_SECONDS (10) is waited first; 0 turns the safety delay off.')
    .action(async (options: RunOptions) => {
      process.exitCode = await runRollback(options);
    });
  addKept(group);
}

function addKept(group: Command): void {
  const kept = group.command('kept').description('what rollbacks have kept: list, restore or remove it');
  kept
    .command('list', { isDefault: true })
    .description('show the kept copies')
    .option(...JSON_FLAG)
    .option(...MIGRATIONS)
    .action(async ({ json, migrations }: KeptOptions) => {
      process.exitCode = await forward({
        args: [Name.ROLLBACK_KEPT, ...(json ? ['--json'] : [])],
        typed: ['rollback', 'kept'],
        migrations,
      });
    });
  for (const [verb, description] of [
    ['restore', 'put kept rows back where their tables and columns are there again'],
    ['remove', 'drop a kept copy: the rows are then gone for good'],
  ] as const) {
    kept
      .command(`${verb} <name>`)
      .description(description)
      .option(...JSON_FLAG)
      .option(...MIGRATIONS)
      .action(async (name: string, { json, migrations }: KeptOptions) => {
        process.exitCode = await forward({
          args: [Name.ROLLBACK_KEPT, `--${verb}=${name}`, ...(json ? ['--json'] : [])],
          typed: ['rollback', 'kept', verb, name],
          migrations,
        });
      });
  }
}

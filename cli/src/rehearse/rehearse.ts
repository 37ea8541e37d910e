import { join, resolve } from 'node:path';
import { EXIT } from '../../../core/contract';
import { JournalError, readJournal } from '../../../core/journal';
import { GateErrors } from '../../../runner/src/errors/gate-error';
import { makeTemporaryFolder } from '../server/temporary-folder';
import { forgetAmbientConnection } from './ambient-connection';
import { withRehearsalDatabase } from './database';
import { createEventPrinter } from './event-printer';
import { type Manifest, readManifest } from './manifest';
import type { Surroundings } from './resolve-container';
import { type JobOutput, type JobResult, runJob } from './run-job';
import { readSchema, renderSchemaChange, schemaDifferences } from './schema-summary';
import { Verdict } from './verdict';

export interface RehearseOptions {
  /** Folder with the synthesized manifests. */
  readonly dist: string;
  /** Another project's migrations folder; absent means the one that the manifests were made for. */
  readonly migrations: string | undefined;
  readonly server: string | undefined;
  readonly rollback: boolean;
  /** Whether details are repeated that were shown before. */
  readonly verbose: boolean;
  readonly print: (line: string) => void;
  /** Aborts when the rehearsal is interrupted. */
  readonly signal: AbortSignal;
}

/** The brief's ten seconds are for people; a rehearsal shows the delay, but does not need it whole. */
const DELAY_SECONDS = '1';
/** main.ts reads the same variable when it makes the manifests. */
const synthesizedFolder = () => process.env.MIGRATIONS_FOLDER || 'migrations';

/**
 * Rehearses the synthesized manifests on a database that exists only for it: migrate, roll back one step, migrate
 * again.
 *
 * @returns 0 when every step did what it promises, else the exit code of the first that did not.
 */
export async function rehearse(options: RehearseOptions): Promise<number> {
  const { print, signal } = options;
  const migrate = readManifest(join(options.dist, 'db-migration.yaml'));
  const rollback = options.rollback
    ? readManifest(
        join(options.dist, 'manual', 'db-rollback.yaml'),
        'synthesize it (SYNTH_ROLLBACK=true), or give --no-rollback',
      )
    : undefined;
  const migrations = resolve(options.migrations ?? synthesizedFolder());
  const overrides = options.migrations === undefined ? {} : overridesFor(migrations);
  const scratch = makeTemporaryFolder('drizzle-gate-rehearsal-');
  try {
    announce(options, migrations, [migrate, ...(rollback ? [rollback] : [])]);
    return await withRehearsalDatabase(options.server, signal, async (database) => {
      print(`database: ${database.description}`);
      const surroundings = { database, migrations, scratch: scratch.path, overrides, signal };
      const output = { print, printEvent: createEventPrinter(print, options.verbose) };
      const verdict = new Verdict();
      await rehearseMigration(migrate, surroundings, verdict, output);
      if (rollback && verdict.passed)
        await rehearseRollback(migrate, rollback, surroundings, verdict, output);
      print(`\n${verdict.render()}`);
      return verdict.exitCode;
    });
  } finally {
    scratch.remove();
  }
}

async function rehearseMigration(
  manifest: Manifest,
  surroundings: Surroundings,
  verdict: Verdict,
  output: JobOutput,
): Promise<void> {
  const before = await readSchema(surroundings.database.sql);
  await step('migrate', manifest, surroundings, verdict, output);
  if (!verdict.passed) return;
  const after = await readSchema(surroundings.database.sql);
  output.print(`\nschema before and after:\n${renderSchemaChange(before, after)}`);
}

async function rehearseRollback(
  migrate: Manifest,
  rollback: Manifest,
  surroundings: Surroundings,
  verdict: Verdict,
  output: JobOutput,
): Promise<void> {
  const { sql } = surroundings.database;
  const migrated = await readSchema(sql);
  const refused = await step(
    'refuse a rollback without confirmation',
    rollback,
    surroundings,
    verdict,
    output,
    EXIT.NOT_CONFIRMED.code,
  );
  if (refused.exitCode === EXIT.NO_ROLLBACK.code) {
    output.print('\n--no-rollback rehearses the migration alone, while there are no rollback scripts');
  }
  if (!verdict.passed) return;
  const token = refused.events.find(({ event }) => event === 'rollback_plan')?.token;
  output.print(
    `\nconfirming with the token of the plan; the safety delay is shortened to ${DELAY_SECONDS} s for the rehearsal`,
  );
  const confirmed = { ROLLBACK_CONFIRM: String(token), ROLLBACK_DELAY_SECONDS: DELAY_SECONDS };
  await step(
    'roll back with the token',
    rollback,
    { ...surroundings, overrides: { ...surroundings.overrides, ...confirmed } },
    verdict,
    output,
  );
  if (!verdict.passed) return;
  const rolledBack = await readSchema(sql);
  output.print(`\nschema before and after the rollback:\n${renderSchemaChange(migrated, rolledBack)}`);
  await step('migrate again', migrate, surroundings, verdict, output);
  const differences = schemaDifferences(migrated, await readSchema(sql));
  verdict.add(
    'the schema is the same as after the first migration',
    differences.length === 0 ? 0 : EXIT.CHECKS_FAILED.code,
    0,
    differences.join('\n'),
  );
}

/** Runs a Job and notes whether it ended with the code that it must. */
async function step(
  title: string,
  manifest: Manifest,
  surroundings: Surroundings,
  verdict: Verdict,
  output: JobOutput,
  expected = 0,
): Promise<JobResult> {
  output.print(`\n${title}: Job ${manifest.job.metadata.name} of ${manifest.path}`);
  const started = Date.now();
  const result = await runJob(manifest, surroundings, output);
  const asExpected = result.exitCode === expected;
  // A refusal that the Job runs again is no refusal: the manifest's failure policy does not know it.
  const isRetriedRefusal = asExpected && expected !== 0 && result.attempts > 1;
  const code = asExpected && !isRetriedRefusal ? 0 : result.exitCode || EXIT.CHECKS_FAILED.code;
  const attempts = result.attempts > 1 ? `, ${result.attempts} attempts` : '';
  verdict.add(
    title,
    code,
    Date.now() - started,
    `${code === 0 && expected !== 0 ? 'refused as it must' : `Job ${result.condition}`}, exit code ${result.exitCode}${attempts}${isRetriedRefusal ? ', must fail at once' : ''}`,
  );
  return result;
}

/** The manifests name the reference folder's digest and rollback target; another folder has its own. */
function overridesFor(folder: string): Surroundings['overrides'] {
  try {
    const { migrations } = readJournal(folder, '--migrations');
    if (migrations.length === 0) {
      throw new JournalError(folder, ['has no migrations, so there is nothing to rehearse']);
    }
    return {
      MIGRATIONS_DIGEST: undefined,
      ROLLBACK_FOLDER: undefined,
      ROLLBACK_TARGET: migrations.at(-2)?.tag ?? 'empty',
    };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw new GateErrors(
      'CONFIG',
      error.problems.map((problem) => `${folder}: ${problem}`),
    );
  }
}

function announce(
  { migrations: other, print }: RehearseOptions,
  migrations: string,
  manifests: readonly Manifest[],
): void {
  print('drizzle-gate rehearse: the synthesized manifests, run here as local processes\n');
  const listed = new Set<string>();
  for (const { path, objects } of manifests) {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const others = names.filter((name) => !listed.has(name));
    print(
      `${path}: ${others.join(', ')}${others.length < names.length ? ', and the same objects again' : ''}`,
    );
    for (const name of names) listed.add(name);
  }
  print(`migrations: ${migrations}`);
  if (other !== undefined) {
    print(
      '  instead of those in the image: digest, rollback scripts and target of the manifests are replaced by its own',
    );
  }
  const ambient = forgetAmbientConnection(process.env);
  if (ambient.length > 0)
    print(`${ambient.join(', ')} of this shell: ignored, a rehearsal never touches that database`);
  const [manifest] = manifests;
  const secrets = new Set(
    (manifest?.job.spec.template.spec.containers ?? []).flatMap(({ env = [] }) =>
      env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
    ),
  );
  for (const secret of secrets) print(`Secret ${secret}: answered with the rehearsal's own database`);
}

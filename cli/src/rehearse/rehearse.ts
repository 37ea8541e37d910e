import { join, resolve } from 'node:path';
import { JournalError, readJournal } from '../../../core/journal';
import { GateErrors } from '../../../runner/src/errors/gate-error';
import type { Palette } from '../../../runner/src/terminal/palette';
import { makeTemporaryFolder } from '../server/temporary-folder';
import { announce } from './announce';
import type { ContainerLine } from './container-line';
import { withRehearsalDatabase } from './database';
import { createEventPrinter } from './event-printer';
import { readManifest } from './manifest';
import { type Rehearsal, runStep } from './rehearsal';
import { rehearseRollback } from './rehearse-rollback';
import type { Surroundings } from './resolve-container';
import { readSchema, renderSchemaChange } from './schema-summary';
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
  readonly palette?: Palette;
  /** Where a person watches; `print` writes above it. */
  readonly line?: ContainerLine | undefined;
  readonly print: (line: string) => void;
  /** Aborts when the rehearsal is interrupted. */
  readonly signal: AbortSignal;
}

const GATE_WORKS =
  'the gate works. These manifests migrate, refuse an unconfirmed rollback,\nroll back, migrate again, and the rows that were lost come back.';
const ONLY_MIGRATED = 'these manifests migrate; the rollback was not rehearsed.';

/** main.ts reads the same variable when it makes the manifests. */
const synthesizedFolder = () => process.env.MIGRATIONS_FOLDER || 'migrations';

/**
 * Rehearses the synthesized manifests on a database that exists only for it: migrate, roll back one step with rows in
 * the tables, migrate again, and put back the rows that were kept.
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
    const manifests = [migrate, ...(rollback ? [rollback] : [])];
    announce({ manifests, migrations, isOther: options.migrations !== undefined }, print);
    return await withRehearsalDatabase(options.server, signal, async (database) => {
      print(`database: ${database.description}`);
      const verdict = new Verdict();
      const rehearsal = {
        migrate,
        surroundings: { database, migrations, scratch: scratch.path, overrides, signal },
        output: { print, printEvent: createEventPrinter(print, options), line: options.line },
        verdict,
      };
      await rehearseMigration(rehearsal);
      if (rollback && verdict.passed) await rehearseRollback(rehearsal, rollback);
      print(`\n${verdict.render(rollback ? GATE_WORKS : ONLY_MIGRATED)}`);
      return verdict.exitCode;
    });
  } finally {
    scratch.remove();
  }
}

async function rehearseMigration(rehearsal: Rehearsal): Promise<void> {
  const { migrate, surroundings, verdict, output } = rehearsal;
  const before = await readSchema(surroundings.database.sql);
  await runStep(rehearsal, { title: 'migrate', manifest: migrate });
  if (!verdict.passed) return;
  const after = await readSchema(surroundings.database.sql);
  output.print(`\nschema before and after:\n${renderSchemaChange(before, after)}`);
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
    throw new GateErrors('CONFIG', error.named);
  }
}

import type { Journal, Migration } from '../../../core/journal';
import { behindSavepoints, type Note, refusalIn } from '../database/behind-savepoint';
import { type LockOptions, withLockedTransaction } from '../database/lock';
import type { Session } from '../database/session';
import {
  ensureStateTable,
  requirePrivileges,
  stateTableExists,
  stateTableIsComplete,
} from '../database/state-tables';
import { type ScriptToStore, storeMessages } from '../database/stored-scripts';
import type { GateError } from '../errors/gate-error';
import type { DatabaseContext } from '../run-context';
import type { NotedRecord } from '../runs/run-record';
import { type Storable, scriptToStore } from './script-to-store';

/** Keeps the rollback script of each migration in the database as it was when the migration was applied. */
export interface ScriptStore {
  /** Stores those of migrations that are applied, inside the transaction that records them. */
  add(tags: readonly string[]): Promise<void>;
  /** The same as notes, for whoever writes others with them. */
  notes(tags: readonly string[]): readonly Note[];
}

const NOTHING: ScriptStore = { add: async () => undefined, notes: () => [] };

/**
 * Makes ready to store what the pending migrations have; where none of them has a script, there need be no table. Where the
 * server refuses it, whatever its reason, the run goes on with one warning; only a lost connection fails it.
 */
export async function openScriptStore(
  session: Session,
  lock: LockOptions,
  context: DatabaseContext,
  journal: Journal,
  pending: readonly Migration[],
  runId?: string,
): Promise<ScriptStore> {
  const { migrations: settings } = context.settings;
  const storables = new Storables(journal, context, session.backslashes);
  const hasScripts = storables.report(pending);
  if (!hasScripts && !(await stateTableExists(session, settings, 'scripts'))) return NOTHING;
  let hasWarned = false;
  const warn = (refusal: GateError) => {
    hasWarned = true;
    warnRefused(refusal, context);
  };
  try {
    await ready(session, lock, context);
  } catch (error) {
    const refusal = refusalIn(error);
    if (hasScripts) warn(refusal);
    return NOTHING;
  }
  const notes: ScriptStore['notes'] = (tags) => {
    if (hasWarned) return [];
    const messages = storeMessages(settings, tags, storables.of(tags), runId);
    return [{ name: 'drizzle_gate_scripts', messages, onRefused: warn }];
  };
  return { notes, add: (tags) => behindSavepoints(session, notes(tags)) };
}

/** A record of the run that also stores the script of each migration that it is told of. */
export function storingScripts(session: Session, record: NotedRecord, store: ScriptStore): NotedRecord {
  const notes: NotedRecord['notes'] = (migrations, isLast) => [
    ...record.notes(migrations, isLast),
    ...store.notes(migrations.map(({ migration }) => migration)),
  ];
  return {
    ...record,
    notes,
    add: (migrations, isLast) => behindSavepoints(session, notes(migrations, isLast)),
  };
}

/** @throws GateError, also (77) before the run, so that the warning names the privilege. */
async function ready(session: Session, lock: LockOptions, { settings }: DatabaseContext): Promise<void> {
  const { migrations } = settings;
  if (!(await stateTableIsComplete(session, migrations, 'scripts'))) {
    await withLockedTransaction(session, lock, () => ensureStateTable(session, migrations, 'scripts'));
  }
  await requirePrivileges(session, migrations, 'scripts', ['SELECT', 'INSERT', 'DELETE']);
}

function warnRefused({ message, remedy }: GateError, { reporter }: DatabaseContext): void {
  reporter.warn(
    'script_not_stored',
    `the rollback scripts are not stored in the database, so only an image that has them can roll back: ${message}`,
    { remedy },
  );
}

/** What is stored for each migration, read once and before the transaction that stores it. */
class Storables {
  private readonly byTag = new Map<string, Storable>();

  constructor(
    private readonly journal: Journal,
    private readonly context: DatabaseContext,
    private readonly backslashes: boolean,
  ) {}

  of(tags: readonly string[]): ScriptToStore[] {
    return tags.flatMap((tag) => {
      // Another runner can have rolled it back meanwhile, so that it is pending only now.
      const migration = this.journal.migrations.find((each) => each.tag === tag);
      return (this.byTag.get(tag) ?? (migration && this.read(migration)))?.script ?? [];
    });
  }

  /** Says which scripts can't be stored, and whether there are any that can. */
  report(migrations: readonly Migration[]): boolean {
    const all = migrations.map((migration) => ({ migration, ...this.read(migration) }));
    for (const { migration, problem } of all) {
      if (problem === undefined) continue;
      const { tag } = migration;
      this.context.reporter.warn(
        'script_not_stored',
        `${tag}: its rollback script is not stored in the database: ${problem}`,
        { migration: tag },
      );
    }
    return all.some(({ script }) => script !== undefined);
  }

  private read(migration: Migration): Storable {
    const storable = scriptToStore(migration, this.journal, this.context.settings, this.backslashes);
    this.byTag.set(migration.tag, storable);
    return storable;
  }
}

import type { Journal, Migration } from '../../../core/journal';
import { behindSavepoints, type Note, refusalIn } from '../database/behind-savepoint';
import { schemaText } from '../database/history';
import { type LockOptions, lockSchema, withLockedTransaction } from '../database/lock';
import type { Session } from '../database/session';
import { readStateFacts, type StateFacts } from '../database/state-facts';
import { noPrivilege, stateTableText } from '../database/state-tables';
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
): Promise<ScriptStore> {
  const { migrations: settings } = context.settings;
  const opening = new ScriptStoreOpening(session, context, journal, pending);
  const facts = await readStateFacts(session, settings);
  try {
    if (opening.notes(facts).length > 0) {
      const make = async (_pid: number, now: StateFacts) => {
        if (!now.tables.scripts) await lockSchema(session, settings.schema);
        if (!now.hasSchema) await session.execute(schemaText(settings.schema));
        await behindSavepoints(session, opening.notes(now));
      };
      await withLockedTransaction(session, lock, make, { look: () => readStateFacts(session, settings) });
    }
  } catch (error) {
    opening.refusal = refusalIn(error);
  }
  return opening.store();
}

/** What must be there before rollback scripts can be stored, and why there is none. */
export class ScriptStoreOpening {
  /** Undefined as long as nothing refuses it. */
  refusal: GateError | undefined;
  /** Whether a pending migration has something to store. */
  readonly hasScripts: boolean;
  private readonly storables: Storables;
  private isThere = false;

  constructor(
    private readonly session: Session,
    private readonly context: DatabaseContext,
    journal: Journal,
    pending: readonly Migration[],
  ) {
    this.storables = new Storables(journal, context, session.backslashes);
    this.hasScripts = this.storables.report(pending);
  }

  /**
   * What makes the table or completes it, in an open transaction; where there is none yet, the lock of the schema is held
   * too. The privileges are looked at before the run, so that the warning names them.
   */
  notes({ tables: { scripts } }: StateFacts): Note[] {
    const { migrations } = this.context.settings;
    this.isThere = this.hasScripts || scripts !== undefined;
    if (!this.isThere) return [];
    const lacking = scripts ? NEEDED.filter((privilege) => !scripts.privileges.has(privilege)) : [];
    const text = stateTableText(migrations, 'scripts', scripts?.columns ?? new Set());
    if (text === undefined && lacking.length > 0) this.refusal = noPrivilege(migrations, 'scripts', lacking);
    if (text === undefined) return [];
    const onRefused = (refusal: GateError) => {
      this.refusal = refusal;
    };
    return [{ name: 'drizzle_gate_scripts', messages: [text], onRefused }];
  }

  /** The store, once the notes have been written. */
  store(runId?: string): ScriptStore {
    const { session, context, storables } = this;
    if (this.refusal && this.hasScripts) warnRefused(this.refusal, context);
    if (this.refusal || !this.isThere) return NOTHING;
    let hasWarned = false;
    const onRefused = (refusal: GateError) => {
      hasWarned = true;
      warnRefused(refusal, context);
    };
    const notes: ScriptStore['notes'] = (tags) => {
      if (hasWarned) return [];
      const messages = storeMessages(context.settings.migrations, tags, storables.of(tags), runId);
      return [{ name: 'drizzle_gate_scripts', messages, onRefused }];
    };
    return { notes, add: (tags) => behindSavepoints(session, notes(tags)) };
  }
}

const NEEDED = ['SELECT', 'INSERT', 'DELETE'] as const;

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
    return tags.flatMap((tag) => (this.byTag.get(tag) ?? this.readNow(tag))?.script ?? []);
  }

  /** Another runner can have rolled it back meanwhile, so that it is pending only now. */
  private readNow(tag: string): Storable | undefined {
    const migration = this.journal.migrations.find((each) => each.tag === tag);
    return migration && this.read(migration);
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

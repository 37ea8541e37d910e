import { compareHistory, type HistoryRow, type Journal, type Migration } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { historyColumns, historyTable, readHistory, readHistoryRows } from '../database/history';
import type { Session } from '../database/session';
import { together } from '../database/together';
import type { UnitContext } from './unit-context';

type Columns = ReadonlySet<string> | undefined;

/** What one look at the history has found, before anything is concluded from it. */
export interface HistoryLook {
  readonly columns: Columns;
  readonly rows: readonly HistoryRow[] | undefined;
  readonly change: Change | undefined;
}

/** A row as Drizzle writes it when it applies a migration. */
interface NewRow {
  readonly hash: string;
  readonly created_at: string | null;
  readonly name: string | null;
}

interface Change {
  /** Digest of the rows up to the last that was seen. */
  readonly before: string;
  /** Digest of all rows. */
  readonly now: string;
  readonly last: string;
  /** Behind the last that was seen, by id, as JSON. */
  readonly added: string;
}

interface Seen {
  readonly columns: string;
  /** Absent after the first look: most runs have no second. */
  readonly change: Change | undefined;
  readonly pending: Set<Migration>;
}

/**
 * Knows what is pending, as often as it is asked, without reading and comparing the whole history each time: while the
 * rows that were seen are the same, only those behind them count. Whatever does not plainly record one pending migration
 * makes it compare everything again.
 */
export class SeenHistory {
  private seen: Seen | undefined;
  private known: ReadonlyMap<string, Migration> | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly settings: MigrationSettings,
    /** Of the table, as far as they are known. */
    private readonly columns?: ReadonlySet<string>,
  ) {}

  /** Asks in one round trip. It belongs into a transaction under the migration lock. */
  async look(session: Session): Promise<HistoryLook> {
    const { seen, settings } = this;
    const [columns, change, rows] = await together([
      historyColumns(session, settings),
      // Before the rows: of one that is added in between, the next look must find that it has not been seen.
      seen ? this.readChange(session, seen) : Promise.resolve(undefined),
      seen?.change ? Promise.resolve(undefined) : this.readRows(session),
    ]);
    return { columns, change, rows: rows ?? (seen?.change ? undefined : []) };
  }

  /** What is pending by such a look, in the same transaction. */
  async pendingBy({ columns, change, rows }: HistoryLook, session: Session): Promise<ReadonlySet<Migration>> {
    const text = textOf(columns);
    const pending =
      (change && this.follow(change, text)) ?? this.compare(rows ?? (await this.readRows(session)) ?? []);
    this.seen = { columns: text, change, pending };
    return pending;
  }

  /** The same, asked and answered. */
  async readPending(session: Session): Promise<ReadonlySet<Migration>> {
    return this.pendingBy(await this.look(session), session);
  }

  private follow({ before, added }: Change, columns: string): Set<Migration> | undefined {
    const { seen } = this;
    if (seen?.change?.now !== before || seen.columns !== columns) return undefined;
    for (const row of JSON.parse(added) as NewRow[]) {
      const migration = this.recordedBy(row);
      if (!migration || !seen.pending.delete(migration)) return undefined;
    }
    return seen.pending;
  }

  /** The only migration that the row can record, by all that it says. */
  private recordedBy({ hash, created_at: at, name }: NewRow): Migration | undefined {
    this.known ??= uniquelyTimed(this.journal.migrations);
    const migration = this.known.get(String(at));
    if (!migration || migration.hash !== hash) return undefined;
    return name === null || name === migration.name ? migration : undefined;
  }

  private readRows(session: Session): Promise<HistoryRow[] | undefined> {
    const { settings, columns } = this;
    return columns ? readHistoryRows(session, settings, columns) : readHistory(session, settings);
  }

  private compare(rows: readonly HistoryRow[]): Set<Migration> {
    // All files are compared, not some alone: a row of one with the same content or time would pass for another's.
    return new Set(compareHistory(this.journal.migrations, rows).pending);
  }

  /** Each row counts with all that is compared, and the order of the rows does not matter. */
  private async readChange(session: Session, { columns, change: seen }: Seen): Promise<Change> {
    const name = columns.split(',').includes('name') ? 'name' : 'null::text as name';
    const digest = (of = '') =>
      `count(*) ${of} || ' ' || coalesce(bit_xor(hashtextextended(row(id, hash, created_at, name)::text, 0)) ${of}, 0)`;
    const row = `jsonb_build_object('hash', hash, 'created_at', created_at::text, 'name', name)`;
    const [change] = await session.query<Change>(
      `select ${digest('filter (where id <= $1::bigint)')} as before, ${digest()} as now, coalesce(max(id), 0)::text as last,
              coalesce(jsonb_agg(${row} order by id) filter (where id > $1::bigint), '[]')::text as added
         from (select id, hash, created_at, ${name} from ${historyTable(this.settings)}) h`,
      [seen?.last ?? '0'],
    );
    if (!change) throw new Error('an aggregate without a row');
    return change;
  }
}

/** What the run knows already, or what is learned from the first look. */
export function seenHistoryOf({
  seen,
  journal,
  settings,
}: Pick<UnitContext, 'seen' | 'journal' | 'settings'>): SeenHistory {
  return seen ?? new SeenHistory(journal, settings.migrations);
}

function textOf(columns: Columns): string {
  return [...(columns ?? [])].join();
}

/** By their time as a row has it; those that share a time or a name with another are left out. */
function uniquelyTimed(migrations: readonly Migration[]): Map<string, Migration> {
  const times = countOf(migrations.map(({ when }) => when));
  const names = countOf(migrations.map(({ name }) => name));
  return new Map(
    migrations
      .filter(({ when, name }) => times.get(when) === 1 && names.get(name) === 1)
      .map((migration) => [String(migration.when), migration]),
  );
}

function countOf<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

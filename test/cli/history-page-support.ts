import type { Made } from '../../cli/src/history/page/header';
import { type HistoryDocument, readDocument } from '../../cli/src/history/read-document';

export const MADE: Made = { at: new Date('2026-11-27T03:12:40Z'), version: '1.4.2', limit: 500 };

type Fields = Readonly<Record<string, unknown>>;

/** The document of `history --json`, as the page reads it. */
export function documentOf(runs: readonly Fields[], database: Fields | undefined = SHOP): HistoryDocument {
  return readDocument(JSON.stringify({ database, runs }), '1.4.2');
}

export const SHOP = { name: 'shop', host: 'shop-db.internal', port: 5432 };

let number = 0;

/** A run of the cluster, from its beginning and duration. */
export function recordedRun(startedAt: string, durationMs: number | null, fields: Fields = {}): Fields {
  number += 1;
  const id = `0f9b9941-5c3e-4a77-9d1b-${String(number).padStart(12, '0')}`;
  const job = `db-migration-${(number * 7919).toString(16).padStart(8, '0')}`;
  const end = durationMs === null ? null : new Date(Date.parse(startedAt) + durationMs).toISOString();
  return {
    ...{ id, command: 'migrate', outcome: 'succeeded', exitCode: 0 },
    ...{ startedAt: new Date(startedAt).toISOString(), finishedAt: end, durationMs },
    ...{ migrations: [], uncommitted: [], failure: null, confirmedBy: null },
    ...{ role: 'shop_migrator', planHash: hashOf(number), folderDigest: hashOf(number + 500) },
    ...{ runnerVersion: '1.4.2', contractVersion: '1', job, pod: `${job}-x7k2p` },
    ...{
      image: `registry.example.com/shop/migrations:1.${number}.0`,
      imageDigest: `sha256:${hashOf(number)}`,
    },
    ...fields,
  };
}

export function recordedMigration(
  migration: string,
  duration: number | null,
  rows = 0,
  fields: Fields = {},
): Fields {
  const statements = 1 + (migration.length % 5);
  return {
    migration,
    outcome: 'applied',
    duration_ms: duration,
    rows,
    statements,
    hash: hashOf(1),
    ...fields,
  };
}

function hashOf(seed: number): string {
  return (seed * 2_654_435_761).toString(16).padStart(16, 'c0ffee').repeat(4).slice(0, 64);
}

const applied = recordedMigration;
const failed = { outcome: 'failed', exitCode: 82 };
const LONG_NAME =
  '0011_move_customer_delivery_preferences_and_marketing_consents_from_profiles_into_their_own_tables';

/** Four months of a team's database: 14 migrations of 4 ms to 40 minutes, failures, a killed run and a rollback. */
export function fourMonths(): Fields[] {
  return [
    recordedRun('2026-08-03T09:14:02.120Z', 412, {
      migrations: [
        applied('0000_create_customers', 41),
        applied('0001_create_orders', 38),
        applied('0002_create_order_items', 22),
      ],
    }),
    recordedRun('2026-08-04T13:40:11Z', 188, { migrations: [applied('0003_add_customer_email', 5)] }),
    recordedRun('2026-08-19T08:02:45Z', 96, { ...failed, ...notNull('0004_require_customer_email') }),
    recordedRun('2026-08-19T08:31:09Z', 3_480, {
      migrations: [applied('0004_require_customer_email', 3_110, 48_210)],
    }),
    recordedRun('2026-09-02T16:20:00Z', 230, {
      migrations: [applied('0005_add_order_status', 12), applied('0006_seed_countries', 64, 249)],
    }),
    recordedRun('2026-09-15T21:05:33Z', null, {
      ...{ outcome: 'lost', exitCode: null },
      migrations: [applied('0007_index_orders_created_at', 95_300)],
    }),
    recordedRun('2026-09-15T21:11:58Z', 1_240, { migrations: [applied('0008_add_order_notes', 4)] }),
    recordedRun('2026-10-01T07:30:21Z', 2_418_000, {
      migrations: [applied('0009_backfill_order_totals', 2_411_650, 18_442_907)],
    }),
    recordedRun('2026-10-14T10:12:00Z', 310, { migrations: [applied('0010_drop_legacy_cart', 18)] }),
    recordedRun('2026-10-14T10:41:37Z', 1_950, {
      ...{ command: 'rollback', confirmedBy: 'j.meyer@example.com' },
      migrations: [applied('0010_drop_legacy_cart', 1_480, 1_204, { outcome: 'undone' })],
    }),
    recordedRun('2026-10-14T14:02:10Z', 405, { migrations: [applied('0010_drop_legacy_cart', 16)] }),
    recordedRun('2026-11-05T09:00:04Z', 12_700, { migrations: [applied(LONG_NAME, 11_800, 96_004)] }),
    recordedRun('2026-11-18T11:24:51Z', 30_400, {
      ...failed,
      exitCode: 75,
      ...lockSpent('0012_add_order_currency'),
    }),
    recordedRun('2026-11-18T11:26:02Z', 420, { migrations: [applied('0012_add_order_currency', 9)] }),
    recordedRun('2026-11-27T02:58:13Z', 5_210, { ...failed, ...duplicateKey('0013_unique_customer_email') }),
  ].reverse();
}

const unfinished = (migration: string, outcome = 'failed') => [
  recordedMigration(migration, null, 0, { outcome, rows: null }),
];

function notNull(migration: string): Fields {
  return {
    uncommitted: unfinished(migration),
    failure: {
      ...{
        message: `${migration} failed: column "email" of relation "customers" contains null values`,
        exitCode: 82,
      },
      ...{
        sqlstate: '23502',
        migration,
        place: { file: `${migration}.sql`, line: 3, column: 1, statement: 2 },
      },
      detail: '3 | ALTER TABLE "customers" ALTER COLUMN "email" SET NOT NULL;\n  | ^',
      remedy:
        'give the rows without an email a value in a statement before it; nothing of this migration was applied',
    },
  };
}

function lockSpent(migration: string): Fields {
  return {
    uncommitted: unfinished(migration, 'rolled_back'),
    failure: {
      ...{
        message: `${migration}: no lock on "orders" within the budget of 3000 ms, after 5 attempts`,
        exitCode: 75,
      },
      ...{ sqlstate: '55P03', migration, place: { file: `${migration}.sql`, line: 1, statement: 1 } },
      detail: 'blocked by pid 4711 (shop_reports, idle in transaction since 00:41:12)',
      remedy: 'end the blocking session or wait until it ends, then run it again',
    },
  };
}

function duplicateKey(migration: string): Fields {
  return {
    uncommitted: [...unfinished(migration), ...unfinished('0014_add_login_attempts', 'not_started')],
    failure: {
      ...{
        message: `${migration} failed: could not create unique index "customers_email_key"`,
        exitCode: 82,
      },
      ...{
        sqlstate: '23505',
        migration,
        place: { file: `${migration}.sql`, line: 14, column: 3, statement: 3 },
      },
      detail: '14 |   ADD CONSTRAINT "customers_email_key" UNIQUE ("email");\n   |   ^',
      remedy:
        'find the duplicates and decide which stays, correct the migration, and deploy again; nothing was applied',
    },
  };
}

/** As much as a page must still show: a busy database after years. */
export function manyRuns(runs: number, migrationsPerRun: number): Fields[] {
  return Array.from({ length: runs }, (_, at) => {
    const startedAt = new Date(
      Date.UTC(2024, 0, 1) + at * 2.1 * 86_400_000 + (at % 7) * 3_600_000,
    ).toISOString();
    const migrations = Array.from({ length: migrationsPerRun }, (_, index) =>
      applied(
        `${String(at * migrationsPerRun + index).padStart(4, '0')}_change_something_of_it`,
        3 + ((at * 37 + index * 911) % 4000),
        at * 11,
      ),
    );
    if (at % 23 === 5)
      return recordedRun(startedAt, 900, { ...failed, ...duplicateKey('0013_unique_customer_email') });
    if (at % 41 === 9) return recordedRun(startedAt, 700, { command: 'rollback', confirmedBy: 'on call' });
    return recordedRun(startedAt, 1_500 + at, { migrations });
  }).reverse();
}

import type { MigrationSettings } from '../config/settings';
import { GateError } from '../errors/gate-error';
import { quoteIdentifier } from '../sql/quote';
import { ensureSchema } from './history';
import { lockSchema } from './lock';
import type { Session } from './session';

interface StateTable {
  readonly name: string;
  /** Definitions by column name. A column that a later version adds must have a default or allow null. */
  readonly columns: Readonly<Record<string, string>>;
  readonly constraint: string;
}

/**
 * The tables of this engine, beside Drizzle's history in the same schema and no part of what Drizzle sees. This is the
 * one place where their columns are defined; a table of an older version gets what it lacks. `history_table` tells
 * apart several histories in one schema.
 */
export const STATE_TABLES = {
  /** How far a migration came that commits more than once; empty while none is under way. */
  progress: {
    name: '__drizzle_gate_progress',
    columns: {
      history_table: 'text not null',
      migration: 'text not null',
      statement: 'int not null',
      hash: 'text not null',
      state: "text not null check (state in ('started', 'done'))",
      remembered: 'text',
      changed_at: 'timestamptz not null default now()',
    },
    constraint: 'primary key (history_table, migration, statement)',
  },
  /** What runs did, and why they failed, for people who ask later. */
  runs: {
    name: '__drizzle_gate_runs',
    columns: {
      run_id: 'uuid not null',
      history_table: 'text not null',
      command: 'text not null',
      runner_version: 'text not null',
      started_at: 'timestamptz not null default now()',
      finished_at: 'timestamptz',
      outcome: "text not null default 'running'",
      exit_code: 'int',
      migrations: "jsonb not null default '[]'",
      plan: 'jsonb',
      image: 'text',
      job: 'text',
      pod: 'text',
      contract_version: 'text',
      role: 'text',
      confirmed_by: 'text',
      plan_hash: 'text',
      folder_digest: 'text',
      failure: 'jsonb',
      uncommitted: 'jsonb',
    },
    constraint: 'primary key (run_id)',
  },
  /** The rollback script of each migration as it was when it was applied, for images that have not the file. */
  scripts: {
    name: '__drizzle_gate_scripts',
    columns: {
      history_table: 'text not null',
      migration: 'text not null',
      hash: 'text not null',
      created_at: 'bigint not null',
      script_file: 'text not null',
      script: 'text not null',
      script_hash: 'text not null',
      run_id: 'uuid',
      stored_at: 'timestamptz not null default now()',
    },
    constraint: 'primary key (history_table, migration)',
  },
} as const satisfies Record<string, StateTable>;

export type StateTableName = keyof typeof STATE_TABLES;

/** The qualified, quoted name of a table of the engine. */
export function stateTable({ schema }: Pick<MigrationSettings, 'schema'>, table: StateTableName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(STATE_TABLES[table].name)}`;
}

export async function stateTableExists(
  session: Session,
  settings: MigrationSettings,
  table: StateTableName,
): Promise<boolean> {
  return (await readColumns(session, settings, table)).length > 0;
}

/**
 * Makes the table, or adds the columns that one of an older version lacks. What is there already is not asked for: that
 * would need the privilege to create it. It belongs into a transaction.
 *
 * @param there its columns, where the caller has read them.
 */
export async function ensureStateTable(
  session: Session,
  settings: MigrationSettings,
  table: StateTableName,
  there?: readonly string[],
): Promise<void> {
  const known = there ?? (await readColumns(session, settings, table));
  const text = stateTableText(settings, table, new Set(known));
  if (text === undefined) return;
  await lockSchema(session, settings.schema);
  if (known.length === 0) await ensureSchema(session, settings.schema);
  await session.execute(text);
}

/**
 * The statement that makes the table, or adds what it lacks; undefined where it lacks nothing.
 *
 * @param there its columns; none where there is no table.
 */
export function stateTableText(
  settings: Pick<MigrationSettings, 'schema'>,
  table: StateTableName,
  there: ReadonlySet<string>,
): string | undefined {
  const { columns, constraint } = STATE_TABLES[table];
  const missing = Object.entries(columns).filter(([name]) => !there.has(name));
  if (missing.length === 0) return undefined;
  const name = stateTable(settings, table);
  if (there.size === 0) {
    const definitions = missing.map(([column, definition]) => `${column} ${definition}`);
    return `create table if not exists ${name} (${[...definitions, constraint].join(', ')})`;
  }
  const additions = missing.map(([column, definition]) => `add column if not exists ${column} ${definition}`);
  return `alter table ${name} ${additions.join(', ')}`;
}

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/**
 * Asked before the table is used, so that the error names the privilege.
 *
 * @throws GateError (77)
 */
export async function requirePrivileges(
  session: Session,
  settings: MigrationSettings,
  table: StateTableName,
  privileges: readonly Privilege[],
): Promise<void> {
  const name = stateTable(settings, table);
  const rows = await session.query<{ privilege: string }>(
    `select privilege from unnest(string_to_array($2, ',')) as wanted (privilege)
      where not has_table_privilege(to_regclass($1), privilege)`,
    [name, privileges.join(',')],
  );
  if (rows.length > 0)
    throw noPrivilege(
      settings,
      table,
      rows.map(({ privilege }) => privilege),
    );
}

/** The error (77) that names what the role lacks. */
export function noPrivilege(
  settings: Pick<MigrationSettings, 'schema'>,
  table: StateTableName,
  privileges: readonly string[],
): GateError {
  const [name, missing] = [stateTable(settings, table), privileges.join(', ')];
  return new GateError('ACCESS', `no privilege ${missing} on ${name}`, {
    remedy: `grant ${missing} on ${name} to the role that migrates`,
  });
}

/** Names of the columns; none when there is no such table. */
export async function readColumns(
  session: Session,
  settings: MigrationSettings,
  table: StateTableName,
): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [stateTable(settings, table)],
  );
  return rows.map(({ name }) => name);
}

import { quoteIdentifier } from '../sql/quote';

/** What the names of schemas with kept rows begin with. */
export const KEPT_PREFIX = 'drizzle_gate_kept_';

/** A regular expression of PostgreSQL's for such a name; what reads the application's schemas leaves them out. */
export const keptSchemaPattern = `^${KEPT_PREFIX}`;

/** The table in such a schema that says what the others are; without it a schema is not ours. */
export const KEPT_INDEX = '__drizzle_gate_kept';

/** Version of what the index says, for a later runner that knows more of them. */
export const KEPT_FORMAT = 1;

/** A column of a copy. */
export interface KeptColumn {
  readonly name: string;
  /** Its type in the table that it comes from, as people write it. */
  readonly type: string;
  /** Whether it is kept as text, because its type may be dropped too. */
  readonly isText: boolean;
  /** Whether it was computed from others. */
  readonly isGenerated: boolean;
}

/** How far a sequence had counted that gave a column its values. */
export interface KeptSequence {
  readonly column: string;
  readonly last: string;
}

/** The migration whose rollback destroyed what was kept. */
export interface KeptMigration {
  readonly tag: string;
  readonly hash: string;
  readonly when: number;
}

/** A column that was dropped. */
export interface LostColumn {
  readonly name: string;
  /** Tag of the migration whose script dropped it. */
  readonly migration: string;
}

/** One copy and where its rows come from. */
export interface KeptCopy {
  /** Name of the copy in its schema. */
  readonly copy: string;
  readonly schema: string;
  readonly table: string;
  /** Whether it has all rows with all columns; else only the lost columns, and what identifies their rows. */
  readonly isWhole: boolean;
  readonly columns: readonly KeptColumn[];
  /** Columns that were dropped. */
  readonly lost: readonly LostColumn[];
  /** Columns that tell the rows apart; null where the table has none. */
  readonly key: readonly string[] | null;
  readonly sequences: readonly KeptSequence[];
  readonly migrations: readonly KeptMigration[];
  readonly rows: number;
}

/** Definitions of {@link KEPT_INDEX}, by column: first those of each copy, then those of the rollback. */
export const INDEX_COLUMNS = {
  copy: 'text primary key',
  source_schema: 'text not null',
  source_table: 'text not null',
  is_whole: 'boolean not null',
  columns: 'jsonb not null',
  lost_columns: 'jsonb not null',
  key_columns: 'jsonb',
  sequences: 'jsonb not null',
  migrations: 'jsonb not null',
  row_count: 'bigint not null',
  target: 'text',
  undone: 'jsonb not null',
  history: 'text not null',
  run_id: 'uuid',
  format: 'int not null',
  kept_at: 'timestamptz not null default now()',
  restored_at: 'timestamptz',
} as const;

/** The qualified, quoted name of something in a kept schema. */
export function keptName(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

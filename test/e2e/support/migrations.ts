import type { FolderMigration } from '../../support/write-migrations';
import type { Sql } from './databases';

/** Two releases' worth, each with its rollback. */
export const ORDERS: FolderMigration = {
  tag: '0000_orders',
  sql: 'CREATE TABLE orders (id int PRIMARY KEY);',
  rollback: 'DROP TABLE orders;',
};
export const NOTES: FolderMigration = {
  tag: '0001_notes',
  sql: 'ALTER TABLE orders ADD COLUMN note text;',
  rollback: 'ALTER TABLE orders DROP COLUMN note;',
};

/** Fails in its second line. */
export const BROKEN: FolderMigration = {
  tag: '0001_broken',
  sql: 'CREATE TABLE invoices (id int);\nCREATE VIEW totals AS SELECT total FROM oders;',
};

/** Goes on for as long as the test wants it to: until {@link letGo}. */
export const LONG: FolderMigration = {
  tag: '0001_long',
  sql: [
    'DO $$ BEGIN',
    '  WHILE NOT EXISTS (SELECT FROM public.let_go) LOOP PERFORM pg_sleep(0.1); END LOOP;',
    'END $$;--> statement-breakpoint',
    'CREATE TABLE after_long (id int);',
  ].join('\n'),
  rollback: 'DROP TABLE after_long;',
};

/** Makes what the long migration looks at. */
export async function prepareLong(sql: Sql): Promise<void> {
  await sql`create table public.let_go (at timestamptz)`;
}

export async function letGo(sql: Sql): Promise<void> {
  await sql`insert into public.let_go values (now())`;
}

/** Whether the long migration is being run. */
export async function longRuns(sql: Sql): Promise<boolean> {
  const rows = await sql`select from pg_stat_activity
    where datname = current_database() and state = 'active' and query like '%let_go%' and pid <> pg_backend_pid()`;
  return rows.length > 0;
}

import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { drizzle as drizzle1 } from 'drizzle-orm-1/postgres-js';
import { migrate as migrate1 } from 'drizzle-orm-1/postgres-js/migrator';
import postgres from 'postgres';
import type { TestDatabase } from './database';

/** Runs drizzle-orm 0.x's own migrator, which reads the 0.x layout. */
export async function migrateWithDrizzle0({ url }: TestDatabase, migrationsFolder: string): Promise<void> {
  await withClient(url, (client) => migrate(drizzle(client), { migrationsFolder }));
}

/** Runs drizzle-orm 1.0's own migrator, which reads the 1.x layout and upgrades an old history table. */
export async function migrateWithDrizzle1({ url }: TestDatabase, migrationsFolder: string): Promise<void> {
  await withClient(url, (client) => migrate1(drizzle1({ client }), { migrationsFolder }));
}

/** One of its own: Drizzle changes how the client that it is given reads dates. */
async function withClient(url: string, use: (client: postgres.Sql) => Promise<unknown>): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

/** The history table as it is: every column with its type and default, and every row. */
export async function readHistoryTable({ sql }: TestDatabase) {
  const columns = await sql`
    select column_name, data_type, is_nullable, column_default from information_schema.columns
     where table_schema = 'drizzle' and table_name = '__drizzle_migrations' order by ordinal_position`;
  const rows = await sql`select * from drizzle.__drizzle_migrations order by id`;
  return { columns: [...columns], rows: [...rows] };
}

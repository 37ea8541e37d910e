// What drizzle-orm's own migrate() needs for the same folder.
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL, { max: 1, onnotice: () => undefined });
await migrate(drizzle(sql), { migrationsFolder: process.env.MIGRATIONS_FOLDER });
await sql.end();

import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { databasePrefix } from './names';
import type { DatabaseServer } from './run-state';

export type Sql = postgres.Sql;

export interface OwnDatabase {
  readonly name: string;
  /** Its owner, who is no superuser. */
  readonly user: string;
  readonly password: string;
  readonly sql: Sql;
}

/** Makes a database with a login of its own; the end of the run drops them. */
export async function createDatabase(
  server: DatabaseServer,
  suffix: string,
  scenario: string,
): Promise<OwnDatabase> {
  const name = `${databasePrefix(suffix)}${scenario.replaceAll('-', '_')}`;
  const password = `canary-${randomBytes(12).toString('hex')}`;
  await asAdmin(server.adminUrl, async (sql) => {
    await sql.unsafe(`create role ${name} login password '${password}'`);
    await sql.unsafe(`create database ${name} owner ${name}`);
  });
  const url = new URL(server.adminUrl);
  url.pathname = `/${name}`;
  url.username = name;
  url.password = password;
  return { name, user: name, password, sql: postgres(url.href, { max: 2, onnotice: () => {} }) };
}

/** Drops what a run has left, or every run, also where pods are still connected. */
export async function dropDatabases(adminUrl: string, suffix?: string): Promise<void> {
  const pattern = suffix === undefined ? '^e2e_[0-9a-f]{6}_' : `^${databasePrefix(suffix)}`;
  await asAdmin(adminUrl, async (sql) => {
    for (const { name } of await sql`select datname as name from pg_database where datname ~ ${pattern}`) {
      await sql.unsafe(`drop database ${name} with (force)`);
    }
    for (const { name } of await sql`select rolname as name from pg_roles where rolname ~ ${pattern}`) {
      await sql.unsafe(`drop role ${name}`);
    }
  });
}

async function asAdmin(adminUrl: string, use: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await use(sql);
  } finally {
    await sql.end();
  }
}

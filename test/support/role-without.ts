import type { TestDatabase } from './database';

/**
 * Gives the address of a database for a role that has every privilege in it but one on one table. The role is named
 * after the database, and gone afterwards.
 */
export async function withRoleWithout(
  { url, sql, name }: TestDatabase,
  { privilege, table }: { readonly privilege: string; readonly table: string },
  use: (url: string) => Promise<void>,
): Promise<void> {
  await sql.unsafe(
    `create role ${name} login password 'p'; grant all on schema public, drizzle to ${name};
     grant all on all tables in schema drizzle to ${name}; grant all on all sequences in schema drizzle to ${name};
     revoke ${privilege} on ${table} from ${name}`,
  );
  try {
    const login = new URL(url);
    Object.assign(login, { username: name, password: 'p' });
    await use(login.href);
  } finally {
    await sql.unsafe(`drop owned by ${name} cascade; drop role ${name}`);
  }
}

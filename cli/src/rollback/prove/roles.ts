import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import type { ScratchDatabase } from '../../scratch/scratch-server';

export async function rolesOf({ sql }: ScratchDatabase): Promise<ReadonlySet<string>> {
  const rows = await sql<{ rolname: string }[]>`select rolname from pg_roles`;
  return new Set(rows.map(({ rolname }) => rolname));
}

/**
 * Drops the roles that came since. They belong to the server and outlive a database: where a migration is applied once
 * more to another one, it would find its own role there. On a server that is used by others too, only what is surely its own
 * is touched.
 */
export async function dropNewRoles(database: ScratchDatabase, before: ReadonlySet<string>): Promise<void> {
  for (const role of await rolesOf(database)) {
    if (before.has(role) || !(await database.isOwnRole(role))) continue;
    // One on which something still depends stays.
    await database.sql.unsafe(`drop role ${quoteIdentifier(role)}`).catch(() => undefined);
  }
}

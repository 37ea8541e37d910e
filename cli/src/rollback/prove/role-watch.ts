import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import type { ScratchDatabase } from '../../scratch/scratch-server';

export async function rolesOf({ sql }: ScratchDatabase): Promise<ReadonlySet<string>> {
  const rows = await sql<{ rolname: string }[]>`select rolname from pg_roles`;
  return new Set(rows.map(({ rolname }) => rolname));
}

/**
 * Roles belong to the server and outlive the database of a proof: where the same migration is applied once more to
 * another database, it would find its own role there. Those that came during the proof are dropped.
 */
export class RoleWatch {
  constructor(
    private readonly database: ScratchDatabase,
    private readonly before: ReadonlySet<string>,
  ) {}

  async dropNew(): Promise<void> {
    if (!this.database.isPrivate) return;
    for (const role of await rolesOf(this.database)) {
      if (this.before.has(role)) continue;
      // One on which something still depends stays.
      await this.database.sql.unsafe(`drop role ${quoteIdentifier(role)}`).catch(() => undefined);
    }
  }
}

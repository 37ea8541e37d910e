import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { findRollbackScript, type Migration, type RollbackScript, readJournal } from '../../core/journal';

export const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));

export const journal = readJournal(FOLDER);

/** The migrations with the numbers `from` to `to`, both included. */
export function range(from: number, to: number): readonly Migration[] {
  return journal.migrations.slice(from, to + 1);
}

/** Applies as PostgreSQL demands it: in one transaction, except for what must not run in one. */
export async function apply(sql: postgres.Sql, migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) {
    const statements = migration.sql.split('--> statement-breakpoint');
    if (/^CREATE (UNIQUE )?INDEX CONCURRENTLY/m.test(migration.sql)) {
      for (const statement of statements) await sql.unsafe(statement);
      continue;
    }
    await sql.begin(async (transaction) => {
      for (const statement of statements) await transaction.unsafe(statement);
    });
  }
}

/** Undoes the newest first, all in one transaction. */
export async function rollBack(sql: postgres.Sql, migrations: readonly Migration[]): Promise<void> {
  await sql.begin(async (transaction) => {
    for (const migration of [...migrations].reverse()) {
      await transaction.unsafe(rollbackScript(migration).sql);
    }
  });
}

export function rollbackScript(migration: Migration): RollbackScript {
  const script = findRollbackScript(migration, FOLDER);
  if (!script) throw new Error(`${migration.tag} has no rollback script`);
  return script;
}

import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import type { Catalog } from '../../cli/src/catalog/catalog-object';
import { compareCatalogs } from '../../cli/src/catalog/compare-catalogs';
import { readCatalogWithin } from '../../cli/src/catalog/read-catalog';
import { renderDifferences } from '../../cli/src/catalog/render-differences';
import { withDatabase } from '../support/database';
import { type CatalogChange, SCHEMA } from './catalog-schema';

export const HISTORY = { schema: 'drizzle', table: '__drizzle_migrations' };
class Undone extends Error {}

/** Runs each change in a transaction that is rolled back, and gives what the judge said of it beside what it should. */
export async function judge(changes: readonly CatalogChange[]): Promise<{ change: string; told: string }[]> {
  // Roles belong to the whole server, where other tests run too.
  const role = `catalog_${randomBytes(6).toString('hex')}`;
  return withDatabase(async ({ sql }) => {
    await sql.unsafe(`create role ${role}; ${SCHEMA}`);
    try {
      const untouched = await sql.begin((transaction) => readCatalogWithin(transaction, HISTORY));
      const judged = [];
      for (const { change, prepare } of changes) {
        const told = await differencesAfter(sql, untouched, change.replaceAll('$role', role), prepare);
        judged.push({ change, told: told.replaceAll(role, '$role') });
      }
      return judged;
    } finally {
      await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });
}

async function differencesAfter(
  sql: postgres.Sql,
  untouched: Catalog,
  change: string,
  prepare: string | undefined,
): Promise<string> {
  let told = '';
  const attempt = sql.begin(async (transaction) => {
    let before = untouched;
    if (prepare) {
      await transaction.unsafe(prepare);
      before = await readCatalogWithin(transaction, HISTORY);
      await transaction.unsafe('set local search_path = public');
    }
    await transaction.unsafe(change);
    told = renderDifferences(compareCatalogs(before, await readCatalogWithin(transaction, HISTORY)));
    throw new Undone();
  });
  await attempt.catch((error) => {
    if (!(error instanceof Undone)) throw error;
  });
  return told;
}

const MAJOR = Number(process.env.TEST_SERVER_MAJOR);

export const known = (changes: readonly CatalogChange[]) => changes.filter(({ since = 0 }) => MAJOR >= since);

import postgres from 'postgres';
import { compareCatalogs } from '../../cli/src/catalog/compare-catalogs';
import { readCatalog, readCatalogWithin } from '../../cli/src/catalog/read-catalog';
import { renderDifferences } from '../../cli/src/catalog/render-differences';
import { withDatabase } from '../support/database';
import { ALTERED, CREATED, SCHEMA } from './catalog-changes';

const HISTORY = { schema: 'drizzle', table: '__drizzle_migrations' };
const ROLE = `catalog_${process.pid}`;

class Undone extends Error {}

/** Runs SQL in a transaction that is rolled back, and gives what the catalog then differs in. */
async function differencesAfter(sql: postgres.Sql, change: string, prepare = ''): Promise<string> {
  let found = '';
  const attempt = sql.begin(async (transaction) => {
    await transaction.unsafe(prepare.replaceAll('$role', ROLE));
    const before = await readCatalogWithin(transaction, HISTORY);
    await transaction.unsafe('set local search_path = public');
    await transaction.unsafe(change.replaceAll('$role', ROLE));
    found = renderDifferences(compareCatalogs(before, await readCatalogWithin(transaction, HISTORY)));
    throw new Undone();
  });
  await attempt.catch((error) => {
    if (!(error instanceof Undone)) throw error;
  });
  return found.replaceAll(ROLE, '$role');
}

let sql: postgres.Sql;
let finish: () => void;
let finished: Promise<void>;

beforeAll(async () => {
  await new Promise<void>((ready, failed) => {
    finished = withDatabase(async (database) => {
      sql = database.sql;
      await sql.unsafe(`create role ${ROLE}`);
      await sql.unsafe(SCHEMA);
      const ended = new Promise<void>((resolve) => {
        finish = resolve;
      });
      ready();
      await ended;
      await sql.unsafe(`drop owned by ${ROLE}; drop role ${ROLE}`);
    }).catch(failed);
  });
});

afterAll(async () => {
  finish?.();
  await finished;
});

const major = Number(process.env.TEST_SERVER_MAJOR);

describe('exactly one difference, which names the object and what changed', () => {
  test.each(ALTERED.filter(({ since = 0 }) => major >= since))('$change', async ({ change, prepare, told }) => {
    expect(await differencesAfter(sql, change, prepare)).toBe(told);
  });
});

import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const ONE = { tag: '0000_one', sql: 'select 1', when: 1000 };
const LATE = { tag: '0001_late', sql: 'select 2', when: 2000 };
const LAST = { tag: '0002_last', sql: 'select 3', when: 3000 };

const run = (args: string[], url: string, folder: string) =>
  runRunner({ args, env: environment(url, folder) });

test.concurrent('pending is data, unless it is checked', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([ONE]);
    expect((await run(['status'], url, folder)).code).toBe(0);
    expectExit(await run(['status', '--check'], url, folder), 'MISMATCH');
    expect(await sql`select to_regnamespace('drizzle') as schema`).toEqual([{ schema: null }]);
    expectExit(await run(['migrate'], url, folder), 'OK');
    expect((await run(['status', '--check'], url, folder)).code).toBe(0);
  }));

test.concurrent('every state has its row, in the table and in JSON', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await run(['migrate'], url, migrationsFolder([ONE, LAST])), 'OK');
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('feedc0de', 9), ('feedc0de', 8)`;
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) select hash, created_at from drizzle.__drizzle_migrations where id = 1`;
    const edited = { ...LAST, sql: 'select 4' };
    const folder = migrationsFolder([ONE, LATE, edited, { tag: '0003_new', sql: 'select 5', when: 4000 }]);
    const expected = [
      { migration: '0000_one', state: 'applied', historyId: 1 },
      { migration: '0001_late', state: 'out of order' },
      { migration: '0002_last', state: 'edited', historyId: 2 },
      { migration: '0003_new', state: 'pending' },
      { migration: 'feedc0de', state: 'missing file', historyId: 3 },
      { migration: 'feedc0de', state: 'missing file', historyId: 4 },
      { migration: expect.stringMatching(/^[0-9a-f]{12}$/), state: 'duplicate', historyId: 5 },
    ];
    const json = await run(['status', '--json'], url, folder);
    expect(JSON.parse(json.stdout)).toEqual({
      summary: expect.stringMatching(/^2 applied, 2 pending/),
      migrations: expected,
    });
    const { stdout } = await run(['status'], url, folder);
    for (const { migration, state } of expected)
      expect(stdout).toMatch(new RegExp(`${typeof migration === 'string' ? migration : ''}.* ${state} `));
  }));

test.concurrent('nothing but the document stands on standard output: warnings and failures go to the other', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([ONE], { 'orphan.sql': '' });
    const result = await run(['status', '--json', '--check'], url, folder);
    expectExit(result, 'MISMATCH');
    expect(JSON.parse(result.stdout)).toMatchObject({ migrations: [{ state: 'pending' }] });
    expect(result.stderr).toContain('journal_warning');
    expect(result.stderr).toContain('run_failed');
  }));

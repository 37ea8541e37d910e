import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askCluster } from '../../cli/src/history/ask-runner';
import { DESKTOP, PHONE, withBrowser, withPage } from '../browser/browser';
import { accessibilityFaults, pictureContrast, sidewaysScroll } from '../browser/inspect';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { rollbackRunner } from '../support/rollback';
import { inMemoryContext, MIGRATION_FILE, ObjectsInMemory } from './in-cluster-support';
import { drizzleGate, withFolder } from './support';

const ONE = { tag: '0000_one', sql: 'create table one (a int)', rollback: 'drop table one' };
const LONG = `0001_${'copy_what_customers_said_'.repeat(6)}again`;
const TWO = {
  tag: LONG,
  sql: 'create table two (a int);\n--> statement-breakpoint\ninsert into two select generate_series(1, 1234)',
  rollback: 'drop table two',
};
const BROKEN = {
  tag: '0002_<script>',
  sql: 'create table three (a int);\n--> statement-breakpoint\nselect 1 / 0',
};

test(
  'runs of a real database become a page that a browser shows without a fault, in every look',
  () =>
    withDatabase(({ url }) =>
      withFolder(async (folder) => {
        const env = { DATABASE_URL: url, ROLLBACK_DELAY_SECONDS: '0' };
        const whole = migrationsFolder([ONE, TWO]);
        expect((await drizzleGate(['migrate', '--migrations', whole], { env })).code).toBe(0);
        await rollbackRunner(url, whole).rollback('0000', 'OK');
        const broken = migrationsFolder([ONE, TWO, BROKEN]);
        expect((await drizzleGate(['migrate', '--migrations', broken], { env })).code).toBe(82);

        const file = join(folder, 'history.html');
        const { code, stdout, stderr } = await drizzleGate(['history', '--html', file], { env });
        const { hostname, port, pathname } = new URL(url);
        expect({ code, stdout, stderr }).toEqual({
          ...{ code: 0, stdout: '' },
          stderr: `  · wrote ${file}: 4 runs of ${pathname.slice(1)} on ${hostname}:${port}\n`,
        });
        const { runs } = JSON.parse((await drizzleGate(['history', '--json'], { env })).stdout) as Runs;
        expect(runs.map(({ command, outcome }) => `${command} ${outcome}`)).toEqual([
          ...['migrate failed', 'rollback succeeded', 'rollback failed', 'migrate succeeded'],
        ]);
        const text = readFileSync(file, 'utf8');
        for (const part of ['1,234 rows', 'division by zero', 'SQLSTATE', '0002_&lt;script&gt;'])
          expect(text).toContain(part);

        await withBrowser(async (browser) => {
          for (const size of [DESKTOP, PHONE]) {
            for (const colorScheme of ['light', 'dark'] as const) {
              await withPage(
                browser,
                file,
                { ...size, colorScheme },
                async ({ page, complaints, requests }) => {
                  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
                  expect((await pictureContrast(page))?.ratio).toBeGreaterThan(4.5);
                  expect(await accessibilityFaults(page)).toEqual([]);
                  for (const { id } of runs) {
                    await page.locator(`svg:visible a[href="#run-${id}"]`).click();
                    expect(await page.locator(`tbody[id="run-${id}"]:target`).isVisible()).toBe(true);
                    expect(await page.evaluate('scrollY')).toBeGreaterThan(0);
                  }
                  await page.goto(`${page.url().split('#')[0]}`);
                  await page.getByLabel(/Only the 2 that did not succeed/).check();
                  expect(await page.locator('tbody:visible').count()).toBe(2);
                  expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
                },
              );
            }
          }
        });
      }),
    ),
  120_000,
);

interface Runs {
  readonly runs: readonly { readonly id: string; readonly command: string; readonly outcome: string }[];
}

test('a page to standard output, one of an empty database, and none where the database can not be asked', () =>
  withDatabase(({ url }) =>
    withFolder(async (folder) => {
      const piped = await drizzleGate(['history', '--html', '-'], { env: { DATABASE_URL: url } });
      expect(piped).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^ {2}· wrote the page: 0 runs of test_\w+ on /),
      });
      expect(piped.stdout).toMatch(
        /^<!doctype html>[\s\S]*No run has changed this database[\s\S]*<\/html>\n$/,
      );
      const nowhere = 'postgresql://me:secret-word@127.0.0.1:1/db';
      const file = join(folder, 'x.html');
      const refused = await drizzleGate(['history', '--html', file], {
        env: { DATABASE_URL: nowhere, CONNECT_RETRY_SECONDS: '0' },
      });
      expect(refused).toMatchObject({ code: 69, stdout: '', stderr: expect.stringContaining('run_failed') });
      expect(() => readFileSync(file)).toThrow('ENOENT');
    }),
  ));

test('in the cluster, the document is that of a short Job', () =>
  withDatabase(async ({ url, name }) => {
    const folder = migrationsFolder([ONE]);
    const inPod = { DATABASE_URL: url, MIGRATIONS_FOLDER: folder, MIGRATIONS_DIGEST: '' };
    expect((await drizzleGate(['migrate'], { env: inPod })).code).toBe(0);
    const { context, told } = inMemoryContext(new ObjectsInMemory(), inPod);
    const request = { file: 'x.html', limit: 5 };
    const { exitCode, output } = await askCluster(request, { file: MIGRATION_FILE }, context);
    expect({ exitCode, stdout: told.stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(JSON.parse(output)).toMatchObject({ database: { name }, runs: [{ command: 'migrate' }] });
  }));

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { durationScale } from '../../cli/src/history/page/duration-scale';
import { durationText } from '../../cli/src/history/page/format';
import { renderHistoryPage } from '../../cli/src/history/page/history-page';
import { html } from '../../cli/src/history/page/html';
import { timeAxis } from '../../cli/src/history/page/time-axis';
import { checkPageFile, writePageFile } from '../../cli/src/history/page-file';
import { readDocument } from '../../cli/src/history/read-document';
import {
  documentOf,
  fourMonths,
  MADE,
  manyRuns,
  recordedMigration,
  recordedRun,
} from './history-page-support';
import { drizzleGate, withFolder } from './support';

const pageOf = (runs: Parameters<typeof documentOf>[0], database?: Parameters<typeof documentOf>[1]) =>
  renderHistoryPage(documentOf(runs, database), MADE);
const count = (text: string, part: string) => text.split(part).length - 1;

describe('the page', () => {
  test('has each run once in the table, and a mark for it in both timelines that leads there', () => {
    const runs = fourMonths();
    const page = pageOf(runs);
    for (const { id } of runs) {
      expect(count(page, `id="run-${id}"`)).toBe(1);
      expect(count(page, `href="#run-${id}" tabindex="-1"`)).toBe(2);
    }
    expect(count(page, '<tbody')).toBe(runs.length);
  });

  test('explains a failure: what, where, why, the next step, and what the exit code means', () => {
    const page = pageOf(fourMonths());
    for (const text of [
      ...[
        'could not create unique index &quot;customers_email_key&quot;',
        'Exit code 82: a migration failed',
      ],
      ...['0013_unique_customer_email.sql:14:3: statement 3', 'SQLSTATE <code>23505</code>'],
      ...[
        '<b>Next step:</b> find the duplicates',
        'not started',
        'j.meyer@example.com',
        'shop-db.internal:5432',
      ],
    ]) {
      expect(page).toContain(text);
    }
  });

  test('takes every text of the database as text, in elements and in attributes', () => {
    const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
    const run = recordedRun('2026-01-01T00:00:00Z', 5, {
      ...{ id: evil, command: evil, outcome: evil, job: evil, confirmedBy: evil },
      migrations: [recordedMigration(evil, 5, 1, { outcome: evil }), recordedMigration(evil, 5)],
      failure: { message: evil, detail: evil, remedy: evil, sqlstate: evil, place: { file: evil, line: 1 } },
    });
    const page = pageOf([run], { name: evil, host: evil, port: 1 });
    expect(page).not.toMatch(/<script|<img|"'>/);
    expect(count(page, '&lt;script&gt;')).toBeGreaterThan(10);
  });

  test('allows nothing but its own style, and has none beside it', () => {
    const page = pageOf(fourMonths());
    expect(page).toMatch(/content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]{44}&#39;; /);
    expect(page).not.toMatch(/ style="|<script|<link (?!rel="icon" href="data:)|url\(|@import/);
  });

  test('shows no password that a text has', () => {
    const failure = { message: 'no login with postgresql://me:s3cret-word@db/shop' };
    const page = pageOf([recordedRun('2026-01-01T00:00:00Z', 5, { outcome: 'failed', failure })]);
    expect(page).toContain('postgresql://me:***@db/shop');
    expect(page).not.toContain('s3cret-word');
  });

  test('does without what an older runner has not recorded', () => {
    const old = { id: 'a', command: 'migrate', outcome: 'succeeded', startedAt: '2026-01-01T00:00:00Z' };
    const page = pageOf(
      [{ ...old, exitCode: null, migrations: [{ migration: '0000_one', duration_ms: 7 }] }],
      {},
    );
    expect(page).toContain('<code>0000_<wbr>one</code>');
    expect(page).not.toMatch(/undefined|null|NaN/);
  });

  test('says so where nothing is recorded', () => {
    expect(pageOf([])).toContain('No run has changed this database');
  });

  test('stays below 2 MB with 500 runs of 2,000 migrations, and says that there may be older ones', () => {
    const page = pageOf(manyRuns(500, 4));
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    expect(page).toContain('The last 500 runs');
  });

  test('knows which applied migrations were rolled back since', () => {
    const migration = (outcome: string) => ({
      migrations: [recordedMigration('0000_one', 9, 0, { outcome })],
    });
    const up = recordedRun('2026-01-01T00:00:00Z', 5, migration('applied'));
    const down = recordedRun('2026-01-02T00:00:00Z', 5, { command: 'rollback', ...migration('undone') });
    const again = recordedRun('2026-01-03T00:00:00Z', 5, migration('applied'));
    expect(pageOf([down, up])).toContain(', rolled back since');
    expect(pageOf([again, down, up])).not.toContain(', rolled back since');
  });
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1250, '1.3 s'],
  [9970, '10 s'],
  [59_700, '1 min'],
  [2_411_650, '40 min 12 s'],
  [3_599_900, '1 h'],
  [11_100_000, '3 h 5 min'],
  [187_200_000, '2 d 4 h'],
])('%d ms is %s', (ms, text) => expect(durationText(ms)).toBe(text));

test('a scale of durations shows 5 ms beside 40 minutes', () => {
  const { percent, ticks } = durationScale(2_400_000);
  expect(ticks.at(-1)).toEqual({ percent: 100, label: '1 h' });
  expect([percent(0), percent(5) > 5, percent(2_400_000) < 100]).toEqual([0, true, true]);
});

test.each([
  ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', /^\d+ (Dec|Jan), \d\d:00$/],
  ['2026-01-01T00:00:00Z', '2026-01-01T00:10:00Z', /^1 Jan, 00:\d\d$/],
  ['2025-12-25T00:00:00Z', '2026-01-06T00:00:00Z', /^\d+ Dec 2025$/],
  ['2024-01-01T00:00:00Z', '2026-01-01T00:00:00Z', /^(\w+ )?2024$/],
])('an axis from %s to %s begins with a label that tells the day', (from, to, label) => {
  const { ticks, place } = timeAxis([new Date(from), new Date(to)], 10, 300);
  expect(ticks.length).toBeGreaterThan(1);
  expect(ticks[0]?.label).toMatch(label);
  expect(place(new Date(from))).toBeGreaterThan(10);
  expect(place(new Date(to))).toBeLessThan(310);
});

test('a template writes Html as it is, and everything else as text', () => {
  expect(`${html`<a title="${'"'}">${[html`<b>`, '<b>', 1, undefined, false]}</a>`}`).toBe(
    '<a title="&quot;"><b>&lt;b&gt;1</a>',
  );
});

test.each(['', 'nonsense', '[]', '{"runs":1}', '{"runs":[{"id":"a"}]}'])('%j is no history', (text) => {
  expect(() => readDocument(text, '1.4.2')).toThrow(
    expect.objectContaining({ exitCode: 84, remedy: expect.stringContaining('1.4.2') }),
  );
});

describe('the file', () => {
  const refusal = (path: string) => {
    try {
      checkPageFile(path);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  test('is refused where it can not be, before anything is asked', () =>
    withFolder((folder) => {
      expect(refusal(folder)).toMatchObject({
        exitCode: 78,
        message: expect.stringMatching(/ is a folder$/),
      });
      expect(refusal(join(folder, 'no', 'x.html'))).toMatchObject({
        ...{ exitCode: 78, remedy: 'make the folder, or give another file' },
        message: expect.stringMatching(/no.x\.html" lies in ".*no", which is no folder$/),
      });
      expect(refusal(join(folder, 'x.html'))).toBeUndefined();
      expect(refusal('-')).toBeUndefined();
    }));

  test('is replaced as a whole, keeps its mode and its link, and leaves nothing beside it', () =>
    withFolder(async (folder) => {
      const [file, link] = [join(folder, 'x.html'), join(folder, 'link.html')];
      writeFileSync(file, 'old', { mode: 0o640 });
      symlinkSync('x.html', link);
      const { ino } = statSync(file);
      await writePageFile(link, 'new');
      expect(readFileSync(file, 'utf8')).toBe('new');
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      // Another file took its name: whoever reads the old one reads all of it.
      expect(statSync(file).ino).not.toBe(ino);
      expect(statSync(file).mode & 0o777).toBe(0o640);
      expect(readdirSync(folder).sort()).toEqual(['link.html', 'x.html']);
    }));

  test('that can not take the place stays as it was', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'taken');
      await writePageFile(path, 'x');
      mkdirSync(join(folder, 'sub'));
      await expect(writePageFile(join(folder, 'a'.repeat(300)), 'x')).rejects.toMatchObject({
        ...{ exitCode: 78, message: expect.stringContaining("can't be written (ENAMETOOLONG)") },
      });
      expect(readdirSync(folder).sort()).toEqual(['sub', 'taken']);
    }));
});

test.each([
  [['--json'], 64, '--html and --json exclude each other'],
  [['--run', 'abcd'], 64, '--html and --run exclude each other'],
  [['--limit', 'many'], 64, '--limit is "many"'],
])('history --html %j is wrong usage', async (flags, exit, message) => {
  const file = '/nowhere/x.html';
  const { code, stderr } = await drizzleGate(['history', '--html', file, ...flags]);
  expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(message) });
  expect(existsSync(file)).toBe(false);
});

import { renderAnnotations } from '../../cli/src/cluster/verdict/render-annotations';
import { renderStepSummary } from '../../cli/src/cluster/verdict/render-step-summary';
import { renderTerminal } from '../../cli/src/cluster/verdict/render-terminal';
import { verdictJson } from '../../cli/src/cluster/verdict/verdict-json';
import { verdictOf } from '../../cli/src/cluster/verdict/verdict-of';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { rollbackRunner } from '../support/rollback';
import { environment, type RunnerResult, runRunner } from '../support/runner';
import { jobResultOf } from './verdict-support';

const ONE: FolderMigration = {
  tag: '0000_one',
  sql: 'create table one (id int unique);\n--> statement-breakpoint\ninsert into one select generate_series(1, 5);',
  rollback: 'drop table one;',
};
const TWO: FolderMigration = {
  tag: '0001_two',
  sql: 'create table two (id int);\n--> statement-breakpoint\nselect pg_sleep(0.3);',
  rollback: '-- leaves a table that nobody made\ndrop table two;\ndrop table nobody;',
};
const INDEX: FolderMigration = {
  tag: '0002_index',
  sql: 'create index concurrently two_id on two (id);',
};
const BROKEN: FolderMigration = {
  tag: '0001_broken',
  sql: 'select 1;\n--> statement-breakpoint\nselect 1,\n  nothing from one;',
};

const run = (url: string, folder: string, ...commands: string[]): Promise<RunnerResult[]> =>
  commands.reduce<Promise<RunnerResult[]>>(
    async (before, command) => [
      ...(await before),
      await runRunner({ args: [command], env: environment(url, folder) }),
    ],
    Promise.resolve([]),
  );

test.concurrent('what passed is told with the time of each migration and with what the runner warned of', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([ONE, TWO, INDEX]);
    const runs = await run(url, folder, 'preflight', 'migrate');
    const verdict = verdictOf(jobResultOf(runs), { folder });
    expect(verdict).toMatchObject({
      ...{ kind: 'migration', outcome: 'succeeded', exitCode: 0, problems: [], milliseconds: 12_000 },
      headline: 'migrations passed: 3 migrations applied in 12.0 s',
      migrations: [
        { tag: '0000_one', state: 'applied', milliseconds: expect.any(Number) },
        { tag: '0001_two', state: 'applied', milliseconds: expect.any(Number) },
        { tag: '0002_index', state: 'applied', milliseconds: expect.any(Number) },
      ],
      warnings: [{ message: expect.stringContaining('0002_index runs outside a transaction') }],
    });
    // It begins with the answer to the one before, which a busy runner may hear a little late.
    expect(verdict.migrations[1]?.milliseconds).toBeGreaterThanOrEqual(100);
    const text = renderTerminal(verdict);
    expect(text).toMatch(/^ {2}✓ {2}0001_two +\d+ ms +█+$/m);
    expect(text).toMatch(/^ {2}! pending statements: 0002_index runs outside/m);
    expect(renderStepSummary(verdict)).toMatch(/\| ✅ \| 0001\\_two \| applied \| \d+ ms \| `·*█+` \|/);
    expect(renderAnnotations(verdict, folder)).toEqual([]);

    const again = verdictOf(jobResultOf(await run(url, folder, 'migrate')), { folder });
    expect(again).toMatchObject({ headline: 'migrations passed: nothing was pending', migrations: [] });
  }));

test.concurrent('what failed is told with its place, caret, SQLSTATE and remedy, on the file that is here', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([ONE, BROKEN, { tag: '0002_later', sql: 'select 1' }]);
    const result = jobResultOf(await run(url, folder, 'migrate'));
    const verdict = verdictOf(result, { folder });
    expect(verdict).toMatchObject({
      ...{ outcome: 'failed', exitCode: 82, kind: 'migration', warnings: [] },
      headline: 'migrations FAILED: exit code 82, a migration failed and its unit was rolled back',
      migrations: [
        { tag: '0000_one', state: 'reverted' },
        { tag: '0001_broken', state: 'failed', milliseconds: expect.any(Number) },
        { tag: '0002_later', state: 'not started' },
      ],
      problems: [
        {
          message: expect.stringMatching(/^0001_broken.sql:4:3: statement 2: .*undefined_column\)$/),
          ...{ detail: '  nothing from one;\n  ^', remedy: expect.stringContaining('earlier migration') },
          ...{ migration: '0001_broken', sqlstate: '42703', file: '0001_broken.sql', line: 4, column: 3 },
          path: `${folder}/0001_broken.sql`,
        },
      ],
    });
    const lines = renderTerminal(verdict).split('\n');
    expect(lines.slice(lines.findIndex((line) => line.includes('statement 2')) + 1)).toEqual([
      ...['    │   nothing from one;', '    │   ^', expect.stringMatching(/^ {4}→ add the column/)],
      `    ${folder}/0001_broken.sql:4`,
    ]);
    expect(renderAnnotations(verdict, folder)).toEqual([
      expect.stringMatching(
        /^::error file=0001_broken.sql,line=4,title=drizzle-gate deploy::.*%0A {2}nothing from one;%0A {2}\^%0A→ /,
      ),
    ]);
    const summary = renderStepSummary(verdict, (path, line) => `[${path}](#L${line})`);
    expect(summary).toContain('```\n  nothing from one;\n  ^\n```');
    expect(summary).toContain(`[${folder}/0001_broken.sql](#L4)`);
    expect(verdictJson(verdict)).toMatchObject({ ok: false, exitCode: 82, problems: [{ line: 4 }] });

    // Where the log was lost, the pod's own summary tells the same.
    const { problems } = verdictOf({ ...result, events: [] }, { folder });
    expect(problems).toEqual(verdict.problems);
    // Another checkout has no such file: the note is on the run.
    const [note] = renderAnnotations(verdictOf(result, {}), folder);
    expect(note).toMatch(/^::error title=drizzle-gate deploy::0001_broken\.sql:4:3/);
  }));

test.concurrent('each refusal of the pre-flight check is a problem of its own, on its own line', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([
      { tag: '0000_typo', sql: 'create tabel x ();' },
      { tag: '0001_extension', sql: 'create extension nobody_has_it;' },
    ]);
    const verdict = verdictOf(jobResultOf(await run(url, folder, 'preflight'), {}, 'pre-flight-check'), {
      folder,
    });
    expect(verdict.problems).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('syntax error at or near "tabel"'),
        ...{ path: `${folder}/0000_typo.sql`, line: 1, sqlstate: '42601', migration: '0000_typo' },
      }),
      expect.objectContaining({ message: expect.stringContaining('nobody_has_it') }),
    ]);
  }));

test.concurrent('a rollback is told with its plan, what is lost, and what was kept of it', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([ONE]);
    await run(url, folder, 'migrate');
    const runner = rollbackRunner(url, folder);
    const asked = await runner.run('rollback', { ROLLBACK_TARGET: 'empty' });
    const plan = verdictOf(jobResultOf([asked], {}, 'rollback'), { folder });
    expect(plan).toMatchObject({
      ...{ kind: 'rollback', exitCode: 85, migrations: [] },
      headline: 'the rollback waits for confirmation; nothing was changed (exit code 85)',
      rollback: {
        ...{ target: null, kept: [], token: expect.stringMatching(/-a0|-/) },
        planMessage: expect.stringMatching(/^rolling back 1 migration of .*no migration stays applied$/),
        lossMessage: expect.stringMatching(/^DATA LOSS\. This destroys 5 rows/),
        losses: [{ what: 'table public.one', migration: '0000_one', rows: 5 }],
      },
    });
    const token = String(plan.rollback?.token);
    for (const text of [renderTerminal(plan), renderStepSummary(plan)]) {
      expect(text).toContain(token);
      expect(text).toContain('table public.one: 5 rows');
      expect(text).toContain('1. 0000_one');
    }
    expect(renderAnnotations(plan, folder)).toEqual([expect.stringMatching(/^::warning title=/)]);

    const rolledBack = await runner.run('rollback', { ROLLBACK_TARGET: 'empty', ROLLBACK_CONFIRM: token });
    const done = verdictOf(jobResultOf([rolledBack], {}, 'rollback'), { folder });
    expect(done).toMatchObject({
      headline: 'rollback done: 1 migration rolled back in 12.0 s; no migration stays applied',
      migrations: [{ tag: '0000_one', state: 'rolled back', milliseconds: expect.any(Number) }],
      rollback: { kept: [{ schema: expect.stringMatching(/^drizzle_gate_kept_/), rows: 5 }] },
    });
    expect(done.rollback).not.toHaveProperty('token');
    expect(renderTerminal(done)).toMatch(/✓ 5 rows kept in schema drizzle_gate_kept_/);
  }));

test.concurrent('a rollback that failed names the script, has kept nothing, and says what still is applied', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([ONE, TWO]);
    await run(url, folder, 'migrate');
    const failed = await rollbackRunner(url, folder).rollback('empty', 'MIGRATION_FAILED');
    const verdict = verdictOf(jobResultOf([failed], {}, 'rollback'), { folder });
    expect(verdict).toMatchObject({
      ...{ kind: 'rollback', exitCode: 82, rollback: { kept: [] } },
      migrations: [
        { tag: '0001_two', state: 'failed' },
        { tag: '0000_one', state: 'not started' },
      ],
      // The script has the name of its migration.
      problems: [{ line: 3, path: `${folder}/rollback/0001_two.sql`, sqlstate: '42P01' }],
    });
    expect(renderAnnotations(verdict, folder)[0]).toMatch(
      /^::error file=rollback\/0001_two\.sql,line=3,title=drizzle-gate rollback::/,
    );
  }));

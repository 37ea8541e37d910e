import { GateErrors } from '../../../runner/src/errors/gate-error';
import { keepSecret } from '../../../runner/src/errors/redact';
import type { Unit } from '../../../runner/src/migrate/unit';
import { boundedRuns } from '../../../runner/src/runs/history-document';
import { migratePlanHash, rollbackPlanHash } from '../../../runner/src/runs/plan-hash';
import type { RecordedRun, RunMigration } from '../../../runner/src/runs/recorded-run';
import { renderRun } from '../../../runner/src/runs/render-run';
import { renderRuns } from '../../../runner/src/runs/render-runs';
import { runFailure } from '../../../runner/src/runs/run-failure';
import { tookOf } from '../../../runner/src/runs/run-words';
import { Unfinished } from '../../../runner/src/runs/unfinished';

const MIGRATION: RunMigration = {
  ...{ migration: '0001_add_email_to_users', outcome: 'applied', hash: 'ab'.repeat(32) },
  ...{ duration_ms: 1234, rows: 7, statements: 3, at: '2026-11-27T10:00:00.000Z' },
};
const RUN: RecordedRun = {
  ...{ id: '3f2a9c1b-0000-4000-8000-000000000000', command: 'migrate', outcome: 'succeeded', exitCode: 0 },
  ...{ startedAt: '2026-11-27T10:00:00.000Z', finishedAt: '2026-11-27T10:00:02.000Z', durationMs: 2000 },
  ...{ migrations: [MIGRATION], migrationCount: 1, uncommitted: [], failure: null, kept: null },
  ...{ confirmedBy: null, planHash: 'cd'.repeat(32), folderDigest: 'ef'.repeat(32), role: 'app_owner' },
  ...{
    runnerVersion: '0.1.0',
    contractVersion: '1',
    image: 'registry.example.com/shop:1',
    imageDigest: null,
  },
  ...{ job: 'db-migration-1', pod: 'db-migration-1-x' },
};
const FAILED: RecordedRun = {
  ...RUN,
  ...{ outcome: 'failed', exitCode: 82, command: 'rollback-preflight', migrations: [], migrationCount: 0 },
  failure: {
    ...{
      message: `0002_x.sql:2:1: statement 2: a very\nlong reason ${'and more '.repeat(40)}`,
      exitCode: 82,
    },
    ...{ sqlstate: '22012', migration: '0002_x', detail: 'select 1 / 0;\n       ^', remedy: 'correct it' },
    place: { file: '0002_x.sql', line: 2, column: 1, statement: 2 },
  },
};

test('a hundred columns are enough for every run, whatever it is called', () => {
  const many = {
    ...{ ...RUN, migrationCount: 400, durationMs: 9_000_000 },
    migrations: [MIGRATION, { ...MIGRATION, migration: `0400_${'long'.repeat(30)}` }],
  };
  const text = renderRuns([FAILED, many, { ...RUN, image: 'shop:0' }]);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(text).toMatch(/3f2a9c1b +│ 2026-11-27 10:00:00Z +│ rollback-preflight │ failed \(82\) +│ 2.0 s/);
  expect(text).toContain('✗ 0002_x.sql:2:1: statement 2: a very long reason');
  expect(text).toMatch(/2 h 30 min +│ 400 migrations │\n│ +400 migrations to 0400_long/);
  // Only where it is another one.
  expect(text.match(/image registry.example.com\/shop:1/g)).toHaveLength(1);
  expect(text).toContain('image shop:0');
});

test('a narrow terminal breaks no line of it, and it still tells what was done', () => {
  const kept = {
    ...RUN,
    command: 'rollback-kept',
    kept: { action: 'restored' as const, schema: 's', rows: 7 },
  };
  const runs = [FAILED, { ...RUN, durationMs: 3_599_000 }, { ...RUN, migrationCount: 400 }, kept];
  const text = renderRuns(runs, 50, 80);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(text).toMatch(
    /2026-11-27 10:00 +│ migrate +│ succeeded +│ 59 min 59 s │\n│ {3}0001_add_email_to_users /,
  );
  expect(text).toContain('│   400 migrations to 0001_add_email_to_users');
  expect(text).toContain('│   restored 7 kept rows');
  const full = renderRun(
    { ...RUN, migrations: [{ ...MIGRATION, migration: '0001_import_of_the_old_shop' }] },
    80,
  );
  const table = full.split('\n').filter((line) => /[│┌└]/.test(line));
  expect(Math.max(...table.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(full).toMatch(/took +│ rows +│ statements │\n/);
});

test.each([
  [0, '0 ms'],
  [12.4, '12 ms'],
  [3_449, '3.4 s'],
  [154_400, '2 min 34 s'],
  [9_000_000, '2 h 30 min'],
  [null, ''],
])('%p ms are told as %p', (milliseconds, words) => {
  expect(tookOf(milliseconds)).toBe(words);
});

test('a run in full tells each migration, the failure, its place and the next step', () => {
  const uncommitted = [
    { ...MIGRATION, migration: '0002_x', outcome: 'failed' as const, rows: null, at: null },
  ];
  const text = renderRun({ ...FAILED, uncommitted });
  expect(text).toMatch(/0002_x +│ failed +│ 1.2 s +│ +│ 3 +│ abababababab/);
  for (const part of [
    ...['(exit code 82, SQLSTATE 22012)', 'at 0002_x.sql:2:1: statement 2', '\n       ^\n', '→ correct it'],
    ...[`plan            ${'cd'.repeat(32)}`, 'database role   app_owner', 'job             db-migration-1'],
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain('confirmed by');
});

test('who confirmed is told, and that nobody told it', () => {
  const rollback = { ...RUN, command: 'rollback' };
  expect(renderRun({ ...rollback, confirmedBy: 'alice on laptop' })).toContain(
    'confirmed by    alice on laptop',
  );
  expect(renderRun(rollback)).toContain('not told; only the database role is known: app_owner');
  expect(renderRun({ ...rollback, planHash: null })).toContain('nobody: it never came so far');
});

test('a document stays small enough for the log of a pod, and says what it leaves out', () => {
  const big = { ...RUN, migrations: Array.from({ length: 2000 }, () => MIGRATION), migrationCount: 2000 };
  const runs = boundedRuns([big, big, big]);
  expect(runs.map(({ migrations, migrationCount }) => [migrations.length, migrationCount])).toEqual([
    ...[
      [2000, 2000],
      [2000, 2000],
      [1000, 2000],
    ],
  ]);
});

test('a failure is told without secrets, cut, and by its first problem', () => {
  keepSecret('hunter2-hunter2');
  const { message, detail } = runFailure(
    new GateErrors('CONFIG', ['one with hunter2-hunter2', 'two', 'three']),
  );
  expect(message).toBe('one with *** (and 2 more)');
  expect(detail).toBe('- one with ***\n- two\n- three');
});

test('the hash of a plan is that of what is pending and of what commits together', () => {
  const unit = (mode: Unit['mode'], ...tags: string[]) =>
    ({ mode, migrations: tags.map((tag) => ({ migration: { tag, hash: `h${tag}` } })) }) as unknown as Unit;
  const plan = migratePlanHash([unit('transactional', 'a', 'b')]);
  expect(migratePlanHash([unit('transactional', 'a', 'b')])).toBe(plan);
  expect(migratePlanHash([unit('transactional', 'a'), unit('transactional', 'b')])).not.toBe(plan);
  expect(migratePlanHash([unit('transactional', 'b', 'a')])).not.toBe(plan);
  const members = [{ migration: 'a', hash: 'h', history_id: 1, script: 's', script_hash: 'x' }];
  const recorded = { token: 't', database: 'd', target: null, members, losses: [] };
  const turned = Object.fromEntries(Object.entries({ ...recorded, kept: [1], token: 'u' }).reverse());
  expect(rollbackPlanHash(turned as unknown as typeof recorded)).toBe(rollbackPlanHash(recorded));
  expect(rollbackPlanHash({ ...recorded, target: 'z' })).not.toBe(rollbackPlanHash(recorded));
});

test('an attempt that is made again takes what became of the one before along', () => {
  const tags = ['a', 'b', 'c', 'd'];
  const unfinished = new Unfinished(tags.map((tag) => ({ tag, hash: tag })));
  const unit = (...migrations: string[]) =>
    ({
      part: { kind: 'unit', way: 'apply', mode: 'transactional', migrations, later: 0 },
      startedAt: 0,
      rows: 0,
    }) as const;
  const each = (migration: string) =>
    ({
      part: { kind: 'migration', way: 'apply', migration, file: '', statements: 1 },
      startedAt: 0,
      rows: 2,
    }) as const;
  const failure = { outcome: 'failed', failure: undefined as never } as const;
  unfinished.began(unit('a'));
  unfinished.ended(unit('a'), { outcome: 'succeeded' });
  unfinished.began(unit('b', 'c'));
  unfinished.began(each('b'));
  unfinished.ended(each('b'), { outcome: 'succeeded' });
  unfinished.began(each('c'));
  unfinished.ended(each('c'), failure);
  const outcomes = (halfway: string[] = [], failed?: string) =>
    unfinished.list(failed, new Set(halfway)).map(({ migration, outcome }) => `${migration} ${outcome}`);
  expect(outcomes()).toEqual(['b rolled_back', 'c failed', 'd not_started']);
  expect(outcomes(['c'])).toEqual(['b rolled_back', 'c halfway', 'd not_started']);
  unfinished.began(each('b'));
  expect(outcomes()).toEqual(['b not_started', 'c not_started', 'd not_started']);
  unfinished.ended(each('b'), { outcome: 'succeeded' });
  expect(outcomes([], 'b')).toEqual(['b failed', 'c not_started', 'd not_started']);
});

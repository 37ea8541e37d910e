import { Activity } from '../../runner/src/activity/activity';
import type { Follower } from '../../runner/src/activity/follower';
import type { Part } from '../../runner/src/activity/part';
import { requireConnection } from '../../runner/src/config/settings';
import { executeStatement } from '../../runner/src/database/execute-statement';
import { withSession } from '../../runner/src/database/session';
import { GateError } from '../../runner/src/errors/gate-error';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { runContext } from '../support/run-context';

const RUN: Part = { kind: 'run', command: 'migrate' };
const UNIT: Part = { kind: 'unit', way: 'apply', mode: 'transactional', migrations: ['0000_a'], later: 0 };
const MIGRATION: Part = {
  ...({ kind: 'migration', way: 'apply' } as const),
  ...{ migration: '0000_a', file: '0000_a.sql', statements: 1 },
};

/** Writes down all that it is told. */
function recorder(): { readonly told: string[]; readonly follower: Follower } {
  const told: string[] = [];
  const follower: Follower = {
    began: ({ part }) => told.push(`${part.kind} began`),
    ended: ({ part, rows }, { outcome }) => told.push(`${part.kind} ${outcome}, rows ${rows}`),
    statement: (statement) => told.push(statement ? `statement ${statement.number}` : 'statement ended'),
    happened: ({ kind }, within) => told.push(`${kind} in ${within?.kind}`),
  };
  return { told, follower };
}

test('followers are told of parts, statements and what happens, in order and with the rows of each part', async () => {
  const activity = new Activity();
  const { told, follower } = recorder();
  activity.follow(follower);
  await activity.during(RUN, () =>
    activity.during(UNIT, async () => {
      await activity.during(MIGRATION, async () => {
        expect(activity.migration).toBe('0000_a');
        await activity.execute({ number: 1, text: 'select' }, async () => {
          expect(activity.statement).toMatchObject({ number: 1, text: 'select' });
          return 3;
        });
      });
      expect([activity.migration, activity.statement]).toEqual([undefined, undefined]);
      activity.happened({ kind: 'retry', reason: 'lock', message: 'busy' });
      return 'stale';
    }),
  );
  expect(told).toEqual([
    ...['run began', 'unit began', 'migration began', 'statement 1', 'statement ended'],
    ...['migration succeeded, rows 3', 'retry in unit', 'unit stale, rows 3', 'run stale, rows 3'],
  ]);
});

test('a failure ends every part that it leaves, and who follows late is told what is open', async () => {
  const activity = new Activity();
  const { told, follower } = recorder();
  const failing = activity.during(RUN, () =>
    activity.during(UNIT, async () => {
      activity.follow(follower);
      throw new GateError('TRY_AGAIN', 'busy');
    }),
  );
  await expect(failing).rejects.toMatchObject({ exitCode: 75 });
  expect(told).toEqual(['run began', 'unit began', 'unit failed, rows 0', 'run failed, rows 0']);
});

test('a follower that fails is told nothing more and fails nothing', async () => {
  const activity = new Activity();
  const { told, follower } = recorder();
  let calls = 0;
  activity.follow({
    began: () => {
      calls += 1;
      throw new Error('out of order');
    },
    ended: () => {
      calls += 1;
    },
  });
  activity.follow(follower);
  await expect(activity.during(RUN, async () => 'done')).resolves.toBe('done');
  expect(calls).toBe(1);
  expect(told).toEqual(['run began', 'run succeeded, rows 0']);
});

test.each([
  ['insert into t select generate_series(1, 3)', 3],
  ['update t set a = a + 1 where a > 1', 1],
  ['delete from t', 2],
  ['create table copied as select * from t', 2],
  ['select * into other from t', 2],
  ['insert into t values (9) returning a', 1],
  ['select * from t', 0],
  ['create table empty ()', 0],
])('rows that a statement changed: %s', (text, rows) =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table t as select a from generate_series(1, 2) a`;
    const { context } = runContext(url, migrationsFolder([]));
    const connection = requireConnection(context.settings);
    const { signal, activity } = context;
    await withSession({ connection, connectTimeout: 5000, signal }, (session) =>
      activity.during(MIGRATION, async (open) => {
        const statement = { text, start: 0, number: 1 };
        const origin = { file: 'f', script: text, migration: 'm' };
        await executeStatement({ session, activity }, statement, origin);
        expect(open.rows).toBe(rows);
      }),
    );
  }),
);

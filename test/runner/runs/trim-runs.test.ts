import type postgres from 'postgres';
import { withSession } from '../../../runner/src/database/session';
import { ensureStateTable, stateTable } from '../../../runner/src/database/state-tables';
import { withTransaction } from '../../../runner/src/database/transaction';
import { GateError } from '../../../runner/src/errors/gate-error';
import { noteFailure } from '../../../runner/src/runs/note-failure';
import { readRuns } from '../../../runner/src/runs/read-runs';
import { trimRuns } from '../../../runner/src/runs/trim-runs';
import { type TestDatabase, withDatabase } from '../../support/database';
import { withRoleWithout } from '../../support/role-without';
import { runContext } from '../../support/run-context';
import { sessionOf } from '../../support/session-of';

const RUNS = 'drizzle.__drizzle_gate_runs';
const contextOf = (url: string) => runContext(url, '/nowhere').context;

async function withRuns(use: (database: TestDatabase) => Promise<void>): Promise<void> {
  await withDatabase(async (database) => {
    const { migrations } = contextOf(database.url).settings;
    await database.sql.begin((sql) => ensureStateTable(sessionOf(sql), migrations, 'runs'));
    await use(database);
  });
}

const sessionOptions = (url: string) => {
  const { connection, signal } = contextOf(url);
  return { connection, signal, connectTimeout: 5000 };
};

/** A run of so many days ago. */
const insert = (sql: postgres.Sql, days: number, values: Readonly<Record<string, string>>) => {
  const row = {
    command: 'migrate',
    outcome: 'failed',
    uncommitted: '[]',
    history_table: '__drizzle_migrations',
    ...values,
  };
  return sql.unsafe(
    `insert into ${RUNS} (run_id, runner_version, started_at, ${Object.keys(row).join(', ')})
     values (gen_random_uuid(), '${days}', now() - interval '${days} days', ${Object.values(row)
       .map((value) => `'${value}'`)
       .join(', ')})`,
  );
};

const left = async (sql: postgres.Sql) =>
  (await sql.unsafe(`select runner_version from ${RUNS} order by started_at desc`)).map(
    ({ runner_version: days }) => Number(days),
  );

test.concurrent('only the newest of those that changed nothing stay; what is read later stays for ever', () =>
  withRuns(async ({ sql, url }) => {
    const { settings } = contextOf(url);
    const applied = JSON.stringify([{ migration: '0000', applied_at: '2026-01-01' }]);
    for (const days of [1, 2, 3, 4, 5]) await insert(sql, days, {});
    await insert(sql, 20, { outcome: 'succeeded', migrations: applied });
    await insert(sql, 21, { migrations: applied });
    await insert(sql, 22, { uncommitted: JSON.stringify([{ migration: '0001', outcome: 'halfway' }]) });
    await insert(sql, 23, { command: 'rollback', outcome: 'lost', plan: '{}' });
    await insert(sql, 24, { command: 'rollback', outcome: 'running', plan: '{}' });
    await insert(sql, 25, { command: 'repair', outcome: 'succeeded' });
    await insert(sql, 26, { history_table: 'other' });
    for (const days of [30, 31]) await insert(sql, days, { outcome: 'lost' });
    await insert(sql, 32, { outcome: 'running' });
    const columns = ['uncommitted'];
    await trimRuns(sessionOf(sql), settings.migrations, columns, 3);
    expect(await left(sql)).toEqual([1, 2, 3, 20, 21, 22, 23, 24, 25, 26]);
    await trimRuns(sessionOf(sql), settings.migrations, columns, 0);
    expect(await left(sql)).toEqual([20, 21, 22, 23, 24, 25, 26]);
  }));

test.concurrent('a failure that is noted takes the oldest along, where that may be deleted', () =>
  withRuns(async (database) => {
    const { sql, url } = database;
    for (let days = 1; days <= 203; days++) await insert(sql, days, {});
    const note = (via: string) =>
      withSession(sessionOptions(via), (session) => {
        const { context, events } = runContext(via, '/nowhere');
        const failure = new GateError('MISMATCH', 'edited');
        return noteFailure(session, context, { command: 'migrate' }, failure).then(() => events);
      });
    await withRoleWithout(database, { privilege: 'DELETE', table: RUNS }, async (without) => {
      expect(await note(without)).toEqual([]);
      expect(await left(sql)).toHaveLength(204);
    });
    expect(await note(url)).toEqual([]);
    expect(await left(sql)).toHaveLength(200);
    expect(
      (await readRuns(sessionOf(sql), contextOf(url).settings.migrations, { limit: 1 }))[0],
    ).toMatchObject({
      ...{ command: 'migrate', outcome: 'failed', exitCode: 81, role: new URL(url).username },
      failure: { message: 'edited', exitCode: 81, sqlstate: null, place: null },
    });
  }));

test.concurrent('what was written is bounded, and a database with fewer characters has it too', () =>
  withDatabase(async ({ sql, name, url }) => {
    const latin = `${name}_latin`;
    await sql.unsafe(`create database ${latin} encoding 'LATIN1' locale 'C' template template0`);
    try {
      const there = Object.assign(new URL(url), { pathname: `/${latin}` }).href;
      const { context, events } = runContext(there, '/nowhere');
      const { migrations } = context.settings;
      const long = `é → 🙂 ${'x'.repeat(1994)}🙂${'y'.repeat(20_000)}`;
      const runs = await withSession(sessionOptions(there), async (session) => {
        await withTransaction(session, () => ensureStateTable(session, migrations, 'runs'));
        const failure = new GateError('MIGRATION_FAILED', long, { detail: long, remedy: 'a\0b' });
        await noteFailure(session, context, { command: 'migrate' }, failure);
        return readRuns(session, migrations);
      });
      expect(events).toEqual([]);
      expect(runs[0]?.failure?.message).toHaveLength(2000);
      expect(runs[0]?.failure?.detail).toHaveLength(8000);
      expect(runs[0]?.failure?.message).toMatch(/^\? \? \?\?? x+/);
      expect(runs[0]?.failure?.remedy).toBe('ab');
      expect(stateTable(migrations, 'runs')).toContain('runs');
    } finally {
      await sql.unsafe(`drop database ${latin} with (force)`);
    }
  }));

test.concurrent('a table of an older version is written as far as it goes', () =>
  withRuns(async ({ sql, url }) => {
    await sql.unsafe(
      `alter table ${RUNS} drop failure, drop uncommitted, drop role, drop image, drop confirmed_by`,
    );
    const { context, events } = runContext(url, '/nowhere');
    await withSession(sessionOptions(url), (session) =>
      noteFailure(session, context, { command: 'migrate' }, new GateError('TRY_AGAIN', 'held')),
    );
    expect(events).toEqual([]);
    expect(await readRuns(sessionOf(sql), context.settings.migrations)).toMatchObject([
      { outcome: 'failed', exitCode: 75, failure: null, uncommitted: [], role: null },
    ]);
  }));

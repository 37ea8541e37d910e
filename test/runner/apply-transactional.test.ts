import { readJournal } from '../../core/journal';
import { ensureHistory } from '../../runner/src/database/history';
import { lockOptions } from '../../runner/src/database/lock';
import { withSession } from '../../runner/src/database/session';
import { applyTransactional } from '../../runner/src/migrate/apply-transactional';
import { planUnits } from '../../runner/src/migrate/plan-units';
import { SessionObserver } from '../../runner/src/observe/session-observer';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { runContext } from '../support/run-context';

/** What happens behind a pooler in transaction mode, where the session's lock holds nothing. */
test('without the lock of a session, the transaction still applies a unit once', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([
      { tag: '0000_one', sql: 'select pg_sleep(0.3); create table if not exists one ();' },
    ]);
    const journal = readJournal(folder);
    const { context } = runContext(url, folder);
    const { settings, connection, signal } = context;
    const [unit] = await planUnits(journal.migrations);
    if (!unit) throw new Error('no unit');

    const lock = lockOptions(context);
    const observer = new SessionObserver(context);
    const record = { add: async () => undefined, notes: () => [], keep: async () => undefined };
    const apply = () =>
      withSession({ connection, connectTimeout: 5000, signal }, (session) =>
        applyTransactional(unit, {
          ...context,
          session,
          journal,
          historyWasEmpty: false,
          lock,
          observer,
          record,
        }),
      );
    await withSession({ connection, connectTimeout: 5000, signal }, (session) =>
      ensureHistory(session, settings.migrations),
    );
    const atOnce = await Promise.all([apply(), apply(), apply()]);
    expect(atOnce.sort()).toEqual(['applied', 'stale', 'stale']);
    expect(await apply()).toBe('stale');
    await observer.close();
    expect(await sql`select id from drizzle.__drizzle_migrations`).toHaveLength(1);
  }));

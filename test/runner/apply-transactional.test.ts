import { readJournal } from '../../core/journal';
import { readSettings, requireConnection } from '../../runner/src/config/settings';
import { ensureHistory } from '../../runner/src/database/history';
import { withSession } from '../../runner/src/database/session';
import { applyTransactional } from '../../runner/src/migrate/apply-transactional';
import { planUnits } from '../../runner/src/migrate/plan-units';
import { SessionObserver } from '../../runner/src/observe/session-observer';
import { createReporter } from '../../runner/src/report/reporter';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment } from '../support/runner';

/** What happens behind a pooler in transaction mode, where the session's lock holds nothing. */
test('without the lock of a session, the transaction still applies a unit once', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([
      { tag: '0000_one', sql: 'select pg_sleep(0.3); create table if not exists one ();' },
    ]);
    const journal = readJournal(folder);
    const settings = readSettings(environment(url, folder));
    const connection = requireConnection(settings);
    const { signal } = new AbortController();
    const context = {
      settings,
      connection,
      signal,
      reporter: createReporter({ format: 'json', write: () => undefined }),
    };
    const [unit] = await planUnits(journal.migrations);
    if (!unit) throw new Error('no unit');

    const lock = { settings: settings.migrations, wait: 5000, signal, reporter: context.reporter };
    const observer = new SessionObserver(context);
    const record = { add: async () => undefined, keep: async () => undefined };
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

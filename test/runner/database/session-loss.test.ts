import { setTimeout as sleep } from 'node:timers/promises';
import { withSession } from '../../../runner/src/database/session';
import { withDatabase } from '../../support/database';
import { runContext } from '../../support/run-context';
import { startServerProxy } from '../../support/server-proxy';

test('what is asked when the connection has failed and is not closed yet is refused, not left without an answer', () =>
  withDatabase(async ({ url }) => {
    const proxy = await startServerProxy(url, ({ from, body }) =>
      from === 'server' && body.includes('mark_of_the_test') ? 'reset' : 'forward',
    );
    const { connection, signal } = runContext(proxy.url, '/nowhere').context;
    try {
      await withSession({ connection, connectTimeout: 5000, signal }, async (session) => {
        await session.execute('begin');
        const failed = session.execute('select 1 as mark_of_the_test');
        const next = failed.catch(() => session.execute('rollback'));
        await expect(failed).rejects.toThrow('ECONNRESET');
        const answer = Promise.race([next, sleep(2000, 'no answer')]);
        await expect(answer).rejects.toThrow('the connection to the database was lost');
      });
    } finally {
      proxy.close();
    }
  }));

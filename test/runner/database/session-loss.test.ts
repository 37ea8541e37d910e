import { withSession } from '../../../runner/src/database/session';
import { withDatabase } from '../../support/database';
import { runContext } from '../../support/run-context';
import { startServerProxy } from '../../support/server-proxy';

test('what is asked when the connection has failed and is not closed yet is refused, not left without an answer', () =>
  withDatabase(async ({ url }) => {
    const isMark = ({ body }: { readonly body: Buffer }) => body.includes('of the test');
    const proxy = await startServerProxy(url, (message) =>
      message.from === 'server' && isMark(message) ? 'reset' : 'forward',
    );
    const { connection, signal } = runContext(proxy.url, '/nowhere').context;
    try {
      await withSession({ connection, connectTimeout: 5000, signal }, async (session) => {
        await session.execute('begin');
        const failed = session.execute("select 'of the ' || 'test'");
        const next = failed.catch(() => session.execute('rollback'));
        await expect(failed).rejects.toThrow('ECONNRESET');
        await expect(next).rejects.toThrow('the connection to the database was lost');
      });
    } finally {
      proxy.close();
    }
  }));

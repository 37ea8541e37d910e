import postgres from 'postgres';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { withOwnServer } from './support/own-server';

test('a server without a free connection is unavailable, and is tried again for as long as was asked for', () =>
  withOwnServer(
    async ({ url, sql }) => {
      const folder = migrationsFolder([{ tag: '0000_one', sql: 'create table one ();' }]);
      await sql`select 1`;
      const others = postgres(url(), { max: 10, onnotice: () => undefined });
      const taken = await Promise.allSettled(Array.from({ length: 10 }, () => others.reserve()));
      try {
        const refused = await runRunner({ args: ['migrate'], env: environment(url(), folder) });
        expectExit(refused, 'UNAVAILABLE');
        expect(refused.end).toMatchObject({ sqlstate: '53300' });
        const patient = await runRunner({
          args: ['migrate'],
          env: environment(url(), folder, { CONNECT_RETRY_SECONDS: '30' }),
          onEvent: ({ event }) => {
            if (event !== 'connect_retry') return;
            for (const one of taken) if (one.status === 'fulfilled') one.value.release();
            void others.end({ timeout: 1 });
          },
        });
        expectExit(patient, 'OK');
        expect(named(patient, 'connect_retry').length).toBeGreaterThan(0);
      } finally {
        await others.end({ timeout: 1 });
      }
    },
    { settings: ['max_connections=5', 'superuser_reserved_connections=0'] },
  ));

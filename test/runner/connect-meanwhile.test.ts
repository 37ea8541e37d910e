import { createServer, type Socket } from 'node:net';
import { serverUrl, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { startServerProxy } from '../support/server-proxy';

const SOUND = migrationsFolder([{ tag: '0000_one', sql: 'create table one (id int);' }]);
const FAULTY = migrationsFolder([{ tag: '0000_one', sql: 'select 1;\0' }]);

/** A server that hears everybody and answers nobody. */
async function withSilence<T>(use: (url: string) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    return await use(`postgresql://me:secret-word@127.0.0.1:${port}/db`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const migrate = (url: string, folder: string) =>
  runRunner({ args: ['migrate'], env: environment(url, folder, { CONNECT_RETRY_SECONDS: '60' }) });

test.each([
  ['is not there', () => migrate('postgresql://me:secret-word@127.0.0.1:1/db', FAULTY)],
  ['does not answer', () => withSilence((url) => migrate(url, FAULTY))],
  [
    'refuses the password',
    () => migrate(Object.assign(new URL(serverUrl()), { password: 'wrong-word' }).href, FAULTY),
  ],
  ['lets everybody in', () => withDatabase(({ url }) => migrate(url, FAULTY))],
])('a fault of the folder is what is told, also where the server %s', async (_, run) => {
  const result = await run();
  expectExit(result, 'CONFIG');
  expect(result.end.message).toMatch(/0000_one\.sql has the character U\+0000/);
  expect(named(result, 'connect_retry')).toEqual([]);
});

test('what was begun before the program was there is the connection that it logs in with', () =>
  withDatabase(async ({ url }) => {
    const types: string[] = [];
    const proxy = await startServerProxy(url, ({ from, type }) => {
      if (from === 'client') types.push(type);
      return 'forward';
    });
    try {
      expectExit(await migrate(proxy.url, SOUND), 'OK');
    } finally {
      proxy.close();
    }
    expect(proxy.connections()).toBe(1);
    expect(types.filter((type) => type === '')).toHaveLength(1);
  }));

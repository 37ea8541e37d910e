import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Look, SessionObserver } from '../../runner/src/observe/session-observer';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { runContext } from '../support/run-context';

function observerOf(url: string): SessionObserver {
  return new SessionObserver(runContext(url, migrationsFolder([])).context);
}

async function timeOf(use: () => Promise<unknown>): Promise<number> {
  const started = Date.now();
  await use();
  return Date.now() - started;
}

const NO_LOOK: Look = async () => undefined;
const watch = (look: Look) => ({ pid: 0, look });

/** So much longer than the work that no machine is slow enough to make the difference disappear. */
const MUCH_LONGER_MS = 4000;
const NOT_WAITED_MS = 3000;

test.concurrent('the end of the work waits for no connection, nor does the farewell', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const observer = observerOf(`postgres://a:b@127.0.0.1:${port}/c?sslmode=disable`);
  try {
    expect(await timeOf(() => observer.during(watch(NO_LOOK), () => sleep(400)))).toBeLessThan(NOT_WAITED_MS);
    // The attempt goes on and is not repeated.
    expect(await timeOf(() => observer.during(watch(NO_LOOK), () => sleep(400)))).toBeLessThan(NOT_WAITED_MS);
    expect(sockets).toHaveLength(1);
    expect(await timeOf(() => observer.close())).toBeLessThan(NOT_WAITED_MS);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

test.concurrent('the end of the work waits for no look, and such a look acts no more', () =>
  withDatabase(async ({ url }) => {
    const observer = observerOf(url);
    let looks = 0;
    let acts = 0;
    const slow: Look = async (session) => {
      looks++;
      await session.query('select pg_sleep($1::text::float8)', [String(MUCH_LONGER_MS / 1000)]);
      return async () => acts++;
    };
    try {
      expect(await timeOf(() => observer.during(watch(slow), () => sleep(700)))).toBeLessThan(NOT_WAITED_MS);
      await sleep(MUCH_LONGER_MS);
      expect({ looks, acts }).toEqual({ looks: 1, acts: 0 });
    } finally {
      await observer.close();
    }
  }));

test.concurrent('the end of the work waits for an act that was begun', () =>
  withDatabase(async ({ url }) => {
    const observer = observerOf(url);
    let isOver = false;
    const acting: Look = async (session) => async () => {
      await session.query('select pg_sleep(1)');
      isOver = true;
    };
    try {
      await observer.during(watch(acting), () => sleep(600));
      expect(isOver).toBe(true);
    } finally {
      await observer.close();
    }
  }));

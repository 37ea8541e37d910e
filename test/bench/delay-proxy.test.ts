import { once } from 'node:events';
import { createServer, connect as openSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { type DelayProxy, startDelayProxy } from '../../bench/support/delay-proxy';
import { serverUrl } from '../support/database';

const ROUND_TRIP_MS = 20;

async function throughProxy<T>(use: (proxy: DelayProxy, url: string) => Promise<T>): Promise<T> {
  const url = new URL(serverUrl());
  const proxy = await startDelayProxy({ host: url.hostname, port: Number(url.port) }, ROUND_TRIP_MS);
  url.port = String(proxy.port);
  try {
    return await use(proxy, url.href);
  } finally {
    await proxy.close();
  }
}

async function connected<T>(use: (sql: postgres.Sql, proxy: DelayProxy) => Promise<T>): Promise<T> {
  return throughProxy(async (proxy, url) => {
    const sql = postgres(url, { max: 1, fetch_types: false });
    try {
      await sql.unsafe('select 1').simple();
      proxy.takeRoundTrips();
      return await use(sql, proxy);
    } finally {
      await sql.end();
    }
  });
}

/** What an action costs over a connection that is open. */
async function costOf(act: (sql: postgres.Sql) => Promise<unknown>) {
  return connected(async (sql, proxy) => {
    const started = performance.now();
    await act(sql);
    return { milliseconds: performance.now() - started, roundTrips: proxy.takeRoundTrips() };
  });
}

test('one question costs one round trip, and as long', async () => {
  const { milliseconds, roundTrips } = await costOf((sql) => sql.unsafe('select 1').simple());
  expect(roundTrips).toBe(1);
  expect(milliseconds).toBeGreaterThanOrEqual(ROUND_TRIP_MS - 1);
});

test('a parameter costs postgres.js one more: the server is asked for its type first', async () => {
  const { milliseconds, roundTrips } = await costOf((sql) => sql`select ${1}::int`);
  expect(roundTrips).toBe(2);
  expect(milliseconds).toBeGreaterThanOrEqual(2 * ROUND_TRIP_MS - 1);
});

test('questions asked one after the other cost one each, and asked together one in all', async () => {
  const ask = (sql: postgres.Sql) => sql.unsafe('select 1').simple();
  const inTurn = await costOf(async (sql) => {
    for (let count = 0; count < 5; count++) await ask(sql);
  });
  const together = await costOf((sql) => Promise.all(Array.from({ length: 5 }, () => ask(sql))));
  expect(inTurn.roundTrips).toBe(5);
  expect(together.roundTrips).toBe(1);
  expect(together.milliseconds).toBeLessThan(inTurn.milliseconds);
});

test('a stream that keeps a few questions on their way waits for none of them', async () => {
  const { milliseconds, roundTrips } = await costOf(async (sql) => {
    const reserved = await sql.reserve();
    const ask = () => reserved.unsafe('select pg_sleep(0.005)').simple().execute();
    const onTheWay = Array.from({ length: 8 }, ask);
    for (let count = 0; count < 32; count++) {
      await onTheWay.shift();
      onTheWay.push(ask());
    }
    await Promise.all(onTheWay);
    reserved.release();
  });
  expect(milliseconds).toBeGreaterThan(8 * ROUND_TRIP_MS);
  // Each waits for the answer to the eighth before it; answers that come together count as the last of them.
  expect(roundTrips).toBeGreaterThanOrEqual(5);
  expect(roundTrips).toBeLessThan(12);
});

test('a connection costs the handshake, the startup, the two steps of SCRAM and the farewell', async () => {
  await throughProxy(async (proxy, url) => {
    const started = performance.now();
    const sql = postgres(url, { max: 1, fetch_types: false });
    await sql.unsafe('select 1').simple();
    // Handshake; startup; the client's first and its final message; the question.
    expect(proxy.takeRoundTrips()).toBe(5);
    expect(performance.now() - started).toBeGreaterThanOrEqual(5 * ROUND_TRIP_MS - 5);
    await sql.end();
    expect(proxy.takeRoundTrips()).toBe(1);
  });
});

test('what is sent without waiting for an answer is one flight, and the first one waits for the handshake', async () => {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const proxy = await startDelayProxy({ host: '127.0.0.1', port }, 5 * ROUND_TRIP_MS);
  try {
    const started = performance.now();
    const client = openSocket({ port: proxy.port, host: '127.0.0.1', noDelay: true });
    client.write('a');
    await sleep(ROUND_TRIP_MS);
    client.write('b');
    await once(client, 'data');
    expect(performance.now() - started).toBeGreaterThanOrEqual(2 * 5 * ROUND_TRIP_MS - 2);
    expect(proxy.takeRoundTrips()).toBe(2);
    client.write('c');
    await once(client, 'data');
    expect(proxy.takeRoundTrips()).toBe(1);
  } finally {
    await proxy.close();
    server.close();
  }
});

test('bytes arrive in order, all of them, and then the end', async () => {
  const received = new Promise<Buffer>((resolve) => {
    const server = createServer((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('end', () => {
        server.close();
        resolve(Buffer.concat(chunks));
      });
    }).listen(0, '127.0.0.1', async () => {
      const { port } = server.address() as { port: number };
      const proxy = await startDelayProxy({ host: '127.0.0.1', port }, 4);
      const client = openSocket(proxy.port, '127.0.0.1');
      for (let at = 0; at < 200; at++) {
        client.write(`${at},`.repeat(500));
        if (at % 10 === 0) await new Promise((sent) => setTimeout(sent, 1));
      }
      client.end();
      await received;
      await proxy.close();
    });
  });
  const expected = Array.from({ length: 200 }, (_, at) => `${at},`.repeat(500)).join('');
  expect((await received).toString() === expected).toBe(true);
});

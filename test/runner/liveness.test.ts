import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings, requireConnection } from '../../runner/src/config/settings';
import { withLivenessProbe } from '../../runner/src/database/liveness';
import { withSession } from '../../runner/src/database/session';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment } from '../support/runner';

/** A port that takes no more connections and refuses none, as that of a machine that is gone. */
async function withSilentPort(use: (port: number) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [
    '-e',
    `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`,
  ]);
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const host = '127.0.0.1';
  const fillers = Array.from({ length: 6 }, () => connect({ host, port: Number(line) }));
  for (const filler of fillers) filler.on('error', () => undefined);
  try {
    await sleep(100);
    await use(Number(line));
  } finally {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  }
}

test.concurrent('a server that is gone is given up after two probes, but not after its answer', () =>
  withSilentPort(async (port) => {
    const timing = { interval: 100, limit: 300 };
    const peer = { host: '127.0.0.1', port };
    const cuts: string[] = [];
    // The second of the probes is still under way when the answer comes.
    await withLivenessProbe(peer, () => cuts.push('answered'), sleep(430), timing);
    await sleep(500);
    expect(cuts).toEqual([]);
    await withLivenessProbe(peer, () => cuts.push('silent'), sleep(700), timing);
    expect(cuts).toContain('silent');
  }));

test.concurrent('a port that refuses is one that is gone', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  let cuts = 0;
  const cut = () => cuts++;
  await withLivenessProbe({ host: '127.0.0.1', port }, cut, sleep(300), { interval: 50, limit: 300 });
  expect(cuts).toBeGreaterThan(0);
});

test('without a name service, a session goes on', () =>
  withDatabase(async ({ url }) => {
    const named = Object.assign(new URL(url), { hostname: 'localhost' });
    const connection = requireConnection(readSettings(environment(named.href, migrationsFolder([]))));
    const { signal } = new AbortController();
    const probeTiming = { interval: 50, limit: 300 };
    await withSession({ connection, connectTimeout: 5000, signal, probeTiming }, async (session) => {
      const { lookup } = dns;
      dns.lookup = ((...[, , answer]: [string, object, (error: Error) => void]) =>
        answer(Object.assign(new Error('no name'), { code: 'ENOTFOUND' }))) as never;
      try {
        expect(await session.query(`select 1 as one, pg_sleep(0.5)::text as slept`)).toMatchObject([
          { one: 1 },
        ]);
      } finally {
        dns.lookup = lookup;
      }
    });
  }));

import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, type RunnerResult, runRunner } from '../support/runner';
import { waitUntil } from '../support/wait';
import { type TestNetwork, withNetwork } from './support/network';
import { type OwnServer, withOwnServer } from './support/own-server';

/** How long a vanished peer may be taken for one that is only slow. */
const BOUND_MS = 30_000;

const QUICK = [{ tag: '0000_alter', sql: 'alter table busy add column b int;' }];
const slow = (seconds: number) => [
  { tag: '0000_alter', sql: `alter table busy add column b int; select pg_sleep(${seconds});` },
];
const SLOW_ALONE = [
  {
    tag: '0000_alter',
    sql: 'create index concurrently busy_a on busy (a); alter table busy add column b int;',
  },
];

const RUNNER = `from pg_stat_activity where datname = 'app' and application_name like 'drizzle-gate%'`;

interface Scene extends OwnServer {
  readonly network: TestNetwork;
  /** Starts a runner on the other node. */
  run(
    migrations: Parameters<typeof migrationsFolder>[0],
    onStart?: (kill: (signal: NodeJS.Signals) => void) => void,
  ): Promise<RunnerResult>;
}

/** A server here with a table that the application uses, and a runner on a node of its own. */
function withScene(use: (scene: Scene) => Promise<void>): Promise<void> {
  return withNetwork((network) => {
    const { serverAddress, clientAddress, startedBy } = network;
    return withOwnServer(
      async (server) => {
        await server.sql`create table busy (a int)`;
        await use({
          ...server,
          network,
          run: (migrations, onStart) =>
            runRunner({
              args: ['migrate'],
              env: environment(server.url(serverAddress), migrationsFolder(migrations)),
              startedBy,
              limit: 90_000,
              onStart: (child) => onStart?.((signal) => child.kill(signal)),
            }),
        });
      },
      { settings: [`listen_addresses=127.0.0.1,${serverAddress}`], clients: [clientAddress] },
    );
  });
}

const isIn = (sql: postgres.Sql, state: string, query: string) => async () =>
  (await sql.unsafe(`select ${RUNNER} and state = '${state}' and query ilike '%${query}%'`)).length > 0;
const isGone = (sql: postgres.Sql) => async () => (await sql.unsafe(`select ${RUNNER}`)).length === 0;

/** What the dead runner left must end within the bound. */
async function expectGone({ sql }: OwnServer, where: string): Promise<void> {
  const milliseconds = await waitUntil("the dead node's session has ended", isGone(sql), BOUND_MS);
  console.log(`died ${where}: its session ended after ${milliseconds} ms`);
}

/** Then nothing blocks the application any more, and the next run completes. */
async function expectFreed(server: OwnServer, where: string): Promise<void> {
  await expectGone(server, where);
  const { sql, url } = server;
  await sql`select count(*) from busy`;
  const next = await runRunner({ args: ['migrate'], env: environment(url(), migrationsFolder(QUICK)) });
  expectExit(next, 'OK');
  expect(await sql`select count(*)::int as rows from drizzle.__drizzle_migrations`).toEqual([{ rows: 1 }]);
}

/** Runs until `moment`, when the node of the runner dies: its kernel too, so that nothing is said. */
async function dieAt(
  { network, run }: Scene,
  migrations: Parameters<Scene['run']>[0],
  moment: (kill: (signal: NodeJS.Signals) => void) => Promise<unknown>,
): Promise<void> {
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  const running = run(migrations, (given) => {
    kill = given;
  });
  await moment((signal) => kill(signal));
  await network.drop();
  kill('SIGKILL');
  await running;
}

describe("the runner's node dies without a word", () => {
  test.concurrent('in the middle of a long statement', () =>
    withScene(async (scene) => {
      await dieAt(scene, slow(600), () =>
        waitUntil('the statement runs', isIn(scene.sql, 'active', 'pg_sleep')),
      );
      await expectFreed(scene, 'in a long statement');
    }));

  test.concurrent('just before it is given an answer, which nobody acknowledges', () =>
    withScene(async (scene) => {
      await dieAt(scene, slow(1), () =>
        waitUntil('the statement runs', isIn(scene.sql, 'active', 'pg_sleep')),
      );
      await expectFreed(scene, 'before an answer');
    }));

  test.concurrent('while its transaction is idle and holds a lock on a table', () =>
    withScene(async (scene) => {
      await dieAt(scene, slow(1), async (kill) => {
        await waitUntil('the statement runs', isIn(scene.sql, 'active', 'pg_sleep'));
        // A runner that stands still sends nothing more than what is on its way, while its kernel still acknowledges answers.
        kill('SIGSTOP');
        await waitUntil('the transaction is idle', isIn(scene.sql, 'idle in transaction', ''));
        await sleep(500);
      });
      await expectFreed(scene, 'while idle in a transaction');
    }));

  test.concurrent('while it builds an index concurrently', () =>
    withScene(async (scene) => {
      const { sql, url } = scene;
      const other = await sql.reserve();
      await other`begin`;
      await other`insert into busy values (1)`;
      await dieAt(scene, SLOW_ALONE, () =>
        waitUntil('the build waits', isIn(sql, 'active', 'create index concurrently')),
      );
      await expectGone(scene, 'in a concurrent build');
      await other`commit`;
      other.release();
      const env = environment(url(), migrationsFolder(SLOW_ALONE));
      expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
      expect(
        await sql`select indisvalid as valid from pg_index where indexrelid = 'busy_a'::regclass`,
      ).toEqual([{ valid: true }]);
    }));
});

test.concurrent('a network that drops everything for a moment only is borne', () =>
  withScene(async ({ sql, network, run }) => {
    const running = run(slow(4));
    await waitUntil('the statement runs', isIn(sql, 'active', 'pg_sleep'));
    await network.drop();
    await sleep(2000);
    await network.heal();
    expectExit(await running, 'OK');
  }));

test.concurrent("the server's node dies without a word: unavailable, within a bounded time", () =>
  withScene(async ({ sql, network, run }) => {
    const running = run(slow(600));
    await waitUntil('the statement runs', isIn(sql, 'active', 'pg_sleep'));
    await network.drop();
    const dropped = Date.now();
    const result = await running;
    const milliseconds = Date.now() - dropped;
    console.log(`the runner ended ${milliseconds} ms after its server had vanished`);
    expectExit(result, 'UNAVAILABLE');
    expect(milliseconds).toBeLessThan(BOUND_MS);
  }));

import { type AddressInfo, createServer } from 'node:net';
import { DatabaseCredentials, DatabaseTls, TrustedRoots } from '../../lib';
import { makeAuthority, makeCertificate } from '../support/certificates';
import { migrationsFolder } from '../support/migrations-folder';
import { startOwnServer } from '../support/own-server';
import { withOwnLogin } from './support/own-login';
import type { PodPlan } from './support/pod-plan';
import { runPod } from './support/run-pod';
import { jobWithConfigMap } from './support/synthesize';
import { podOf } from './support/synthesized-pod';

const ONE = [{ tag: '0000_one', sql: 'create table one ();' }];

test('verify-full with the authority from a Secret: the right one connects, another is refused', async () => {
  const [server, authority, other] = await Promise.all([startOwnServer(), makeAuthority(), makeAuthority()]);
  try {
    const certificate = await makeCertificate({ hosts: ['127.0.0.1'], authority });
    server.write('server.crt', certificate.cert);
    server.write('server.key', certificate.private);
    await server.configure({ ssl: 'on' });
    const manifest = jobWithConfigMap(migrationsFolder(ONE), {
      credentials: DatabaseCredentials.fromUrlSecret('login'),
      tls: DatabaseTls.of({ roots: TrustedRoots.fromSecret('authority') }),
    });
    const runWith = ({ cert }: { cert: string }) =>
      runPod(
        podOf(manifest, {
          secrets: { login: { DATABASE_URL: server.url('postgres') }, authority: { 'ca.crt': cert } },
        }),
      );
    const [refused] = await runWith(other);
    expect(refused?.code).not.toBe(0);
    expect(refused?.logs).toMatch(/certificate/);
    expect((await runWith(authority)).map(({ code }) => code)).toEqual([0, 0]);
  } finally {
    await server.stop();
  }
});

describe('a proxy as a sidecar', () => {
  /** Does what the real one does, as far as the pod can see, and is as slow to listen. */
  const standIn = (port: number, to: { host: string; port: string }) => `
    const net = require('node:net');
    const server = net.createServer((socket) => {
      const there = net.connect(${to.port}, '${to.host}');
      socket.on('error', () => there.destroy()).pipe(there).on('error', () => socket.destroy()).pipe(socket);
    });
    setTimeout(() => server.listen(${port}, '127.0.0.1'), 1000);
    process.on('SIGTERM', () => process.exit(0));`;

  /** The pod in which the image of the proxy, which is not to be had here, is ours with another program. */
  function withStandIn(pod: PodPlan, script: string): PodPlan {
    const image = pod.containers.at(-1)?.image ?? '';
    const containers = pod.containers.map((plan) =>
      plan.kind === 'sidecar' ? { ...plan, image, command: ['node', '-e'], args: [script] } : plan,
    );
    return { ...pod, containers };
  }

  test('the Job reaches its database through it, and ends although it would never end', () =>
    withOwnLogin(async (login) => {
      const port = await freePort();
      const { database, user, password } = login;
      const instance = 'project-1:europe-west1:main';
      const manifest = jobWithConfigMap(migrationsFolder(ONE), {
        credentials: DatabaseCredentials.fromCloudSqlProxy({
          ...{ instance, database, user, port, password: { secretName: 'login' } },
        }),
      });
      const pod = podOf(manifest, { secrets: { login: { PGPASSWORD: password } } });
      const ended = await runPod(withStandIn(pod, standIn(port, login)));
      expect(ended.map(({ name, code }) => [name, code])).toEqual([
        ['pre-flight-check', 0],
        ['migrate', 0],
        ['cloud-sql-proxy', 0],
      ]);
      expect(await login.sql`select to_regclass('one') as one`).toEqual([{ one: 'one' }]);
    }));
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

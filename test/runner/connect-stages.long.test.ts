import { type AddressInfo, connect as connectTo, createServer } from 'node:net';
import postgres from 'postgres';
import type { ExitName } from '../../core/contract';
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates';
import { migrationsFolder } from '../support/migrations-folder';
import { type OwnServer, startOwnServer } from '../support/own-server';
import { environment, expectExit, type RunnerResult, runRunner } from '../support/runner';

const HERE = '127.0.0.1';
let server: OwnServer;
let authority: Certificate;

beforeAll(async () => {
  [server, authority] = await Promise.all([startOwnServer(['max_connections=12']), makeAuthority()]);
  await server.sql.unsafe(`create role me login password 'me-word'`);
  await server.sql.unsafe('create database mine');
});
afterAll(() => server.stop());

const FOLDER = migrationsFolder([{ tag: '0000_one', sql: 'select 1;' }]);

/** A run as the role `me`, which is no superuser. */
function connect(env: Record<string, string> = {}, user = 'me'): Promise<RunnerResult> {
  const url = `postgresql://${user}:me-word@${HERE}:${server.port}/mine`;
  return runRunner({ args: ['status'], env: environment(url, FOLDER, env) });
}

describe('TLS', () => {
  let trusted: Record<string, string>;

  beforeAll(() => {
    const roots = migrationsFolder([], { 'ca.pem': authority.cert, 'no.pem': 'nothing', 'bad.pem': bad() });
    trusted = { PGSSLROOTCERT: `${roots}/ca.pem`, PGSSLMODE: 'verify-full' };
  });
  afterAll(() => server.configure({ ssl: 'off' }));

  async function present(certificate: Certificate): Promise<void> {
    server.write('server.crt', certificate.cert);
    server.write('server.key', certificate.private);
    await server.configure({ ssl: 'on' });
  }
  const bad = () => '-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n';

  test('a certificate of a trusted root is accepted; every fault of one has its own words', async () => {
    await present(await makeCertificate({ hosts: [HERE], authority }));
    expectExit(await connect(trusted), 'OK');
    expectExit(await connect({ PGSSLMODE: 'require' }), 'OK');
    const unknown = await connect({ PGSSLROOTCERT: 'system', PGSSLMODE: 'verify-full' });
    expectExit(unknown, 'CONFIG');
    expect(unknown.end).toMatchObject({
      message: expect.stringMatching(
        /^TLS: the certificate of .* is issued by "test-ca", which is not among the roots that Node ships/,
      ),
      remedy: expect.stringMatching(/PGSSLROOTCERT/),
    });
    for (const file of ['no.pem', 'bad.pem']) {
      const root = trusted.PGSSLROOTCERT?.replace('ca.pem', file) ?? '';
      const noRoots = await connect({ ...trusted, PGSSLROOTCERT: root });
      expectExit(noRoots, 'CONFIG');
      expect(`${noRoots.end.message} ${noRoots.end.remedy}`).toMatch(/PGSSLROOTCERT/);
    }
  });

  test.each<[string, () => Promise<Certificate>, RegExp, RegExp]>([
    ['expired', () => makeCertificate({ hosts: [HERE], authority, to: -9 }), /has expired/, /renew it/],
    [
      'of another host',
      () => makeCertificate({ hosts: ['192.0.2.1'], authority }),
      /is for another host/,
      /verify-ca/,
    ],
    ['self-signed', () => makeCertificate({ hosts: [HERE] }), /is self-signed/, /give it as PGSSLROOTCERT/],
  ])('a certificate that is %s', async (_name, make, message, remedy) => {
    await present(await make());
    const result = await connect(trusted);
    expectExit(result, 'CONFIG');
    expect(result.end.message).toMatch(/^TLS: /);
    expect(result.end.message).toMatch(message);
    expect(result.end.remedy).toMatch(remedy);
  });

  test('verify-ca takes the certificate of another host', async () => {
    await present(await makeCertificate({ hosts: ['192.0.2.1'], authority }));
    expectExit(await connect({ ...trusted, PGSSLMODE: 'verify-ca' }), 'OK');
  });

  test('no version of TLS that both speak', async () => {
    await server.configure({ ssl_min_protocol_version: 'TLSv1', ssl_max_protocol_version: 'TLSv1.1' });
    const result = await connect({ PGSSLMODE: 'require' });
    await server.configure({ ssl_min_protocol_version: 'TLSv1.2', ssl_max_protocol_version: '' });
    expectExit(result, 'CONFIG');
    expect(result.end).toMatchObject({
      message: expect.stringMatching(/^TLS: the handshake with .* failed: it has no version of TLS from/),
      remedy: expect.stringMatching(/TLS 1\.2/),
    });
  });

  /** A migration that is told to end while it runs, over a port that can be taken away before. */
  async function interrupt(isPortTaken: boolean): Promise<{ result: RunnerResult; plain: number }> {
    await present(await makeCertificate({ hosts: [HERE], authority }));
    await server.sql.unsafe('grant create on database mine to me');
    let plain = 0;
    const proxy = createServer((client) => {
      const upstream = connectTo(server.port, HERE);
      client.on('error', () => undefined).pipe(upstream);
      upstream.on('error', () => undefined).pipe(client);
      // SSLRequest; a request to cancel begins with 16 bytes.
      client.once('data', (first) => {
        if (first.readInt32BE(0) !== 8) plain += 1;
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, HERE, resolve));
    const { port } = proxy.address() as AddressInfo;
    const folder = migrationsFolder([{ tag: '0000_one', sql: 'select pg_sleep(30);' }]);
    const result = await runRunner({
      args: ['migrate'],
      env: environment(`postgresql://me:me-word@${HERE}:${port}/mine`, folder, trusted),
      onEvent: ({ event }, child) => {
        if (event !== 'unit_started') return;
        if (isPortTaken) proxy.close();
        setTimeout(() => child.kill('SIGTERM'), 300);
      },
    });
    proxy.close();
    return { result, plain };
  }

  test('a request to cancel is encrypted as well', async () => {
    const { result, plain } = await interrupt(false);
    expectExit(result, 'TRY_AGAIN');
    // Without the request the connection would only be cut, after ten seconds.
    expect(result.milliseconds).toBeLessThan(8000);
    expect(plain).toBe(0);
  });

  test('a request to cancel that finds nobody does not end the process', async () => {
    const { result } = await interrupt(true);
    expectExit(result, 'TRY_AGAIN');
    expect(result.milliseconds).toBeGreaterThan(8000);
  });

  test('a server that wants a client certificate', async () => {
    await present(await makeCertificate({ hosts: [HERE], authority }));
    const [row] = await server.sql`select pg_read_file(current_setting('hba_file')) as text`;
    server.write('pg_hba.conf', `hostssl mine me all cert\n${row?.text}`);
    server.write('ca.crt', authority.cert);
    await server.configure({ ssl_ca_file: 'ca.crt' });
    const [ours, others] = await Promise.all([
      makeCertificate({ name: 'me', authority }),
      makeCertificate({ name: 'me', authority: await makeAuthority({ name: 'other-ca' }) }),
    ]);
    const files = migrationsFolder([], {
      ...{ 'tls.crt': ours.cert, 'tls.key': ours.private },
      ...{ 'other.crt': others.cert, 'other.key': others.private },
    });
    const none = await connect(trusted);
    const given = (name: string) => ({ PGSSLCERT: `${files}/${name}.crt`, PGSSLKEY: `${files}/${name}.key` });
    const good = await connect({ ...trusted, ...given('tls') });
    const bad = await connect({ ...trusted, ...given('other'), PGSSLMAXPROTOCOLVERSION: 'TLSv1.2' });
    // The newer version lets us begin before the server has judged; its reason can be lost with the connection.
    const newer = await connect({ ...trusted, ...given('other') });
    server.write('pg_hba.conf', row?.text);
    await server.configure({ ssl_ca_file: '' });
    expectExit(none, 'ACCESS');
    expect(none.end).toMatchObject({
      message: expect.stringMatching(/^login: .*valid client certificate/),
      remedy: expect.stringMatching(/^give it as PGSSLCERT and PGSSLKEY/),
    });
    expectExit(good, 'OK');
    expect(`${newer.end.message} ${newer.end.remedy}`).toMatch(/refuses? the client certificate/);
    expectExit(bad, 'CONFIG');
    expect(bad.end.message).toMatch(
      /^TLS: .* refuses the client certificate \(ERR_SSL_TLSV1_ALERT_UNKNOWN_CA\)/,
    );
  });

  test('TLS from the first byte, which PostgreSQL 17 learned', async () => {
    const result = await connect({ ...trusted, PGSSLNEGOTIATION: 'direct' });
    const [{ version } = { version: 0 }] = await server.sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`;
    expectExit(result, version >= 170_000 ? 'OK' : 'UNAVAILABLE');
  });

  test('a server that wants TLS of this role', async () => {
    const [row] = await server.sql`select pg_read_file(current_setting('hba_file')) as text`;
    server.write('pg_hba.conf', `hostssl mine me all scram-sha-256\nhost mine me all reject\n${row?.text}`);
    await server.configure({});
    const result = await connect({ PGSSLMODE: 'disable' });
    server.write('pg_hba.conf', row?.text);
    await server.configure({});
    expectExit(result, 'ACCESS');
    expect(result.end).toMatchObject({
      message: expect.stringMatching(/^login: .*no encryption.*SQLSTATE 28000/),
      remedy: expect.stringMatching(/PGSSLMODE=require/),
    });
  });
});

describe('what the server itself refuses', () => {
  test.each<[string, ExitName, string, string, string, RegExp]>([
    ['login', 'ACCESS', '28000', 'alter role me nologin', 'alter role me login', /ALTER ROLE "me" LOGIN/],
    [
      'privilege',
      'ACCESS',
      '42501',
      'revoke connect on database mine from public',
      'grant connect on database mine to public',
      /GRANT CONNECT ON DATABASE "mine" TO "me"/,
    ],
    [
      'database',
      'CONFIG',
      '55000',
      'alter database mine allow_connections false',
      'alter database mine allow_connections true',
      /ALTER DATABASE "mine" ALLOW_CONNECTIONS true/,
    ],
    [
      'connections',
      'UNAVAILABLE',
      '53300',
      'alter role me connection limit 0',
      'alter role me connection limit -1',
      /ALTER ROLE "me" CONNECTION LIMIT/,
    ],
    [
      'connections',
      'UNAVAILABLE',
      '53300',
      'alter database mine connection limit 0',
      'alter database mine connection limit -1',
      /ALTER DATABASE "mine" CONNECTION LIMIT/,
    ],
  ])('%s, %s, %s: %s', async (stage, exit, sqlstate, make, unmake, remedy) => {
    await server.sql.unsafe(make);
    const result = await connect();
    await server.sql.unsafe(unmake);
    expectExit(result, exit);
    expect(result.end).toMatchObject({
      sqlstate,
      message: expect.stringMatching(new RegExp(`^${stage}: ${HERE}:\\d+ refuses "me" on "mine": `)),
      remedy: expect.stringMatching(remedy),
    });
  });

  test('no slot is left but those of superusers', async () => {
    const busy = postgres(server.url('mine'), { max: 9 });
    await Promise.all(Array.from({ length: 9 }, () => busy`select pg_sleep(0.2)`));
    const result = await connect();
    await busy.end();
    expectExit(result, 'UNAVAILABLE');
    expect(result.end).toMatchObject({
      sqlstate: '53300',
      message: expect.stringMatching(/^connections: /),
      remedy: expect.stringMatching(/max_connections/),
    });
  });

  test('a server that is shutting down', async () => {
    const open = postgres(server.url('mine'), { max: 1 });
    await open`select 1`;
    server.beginShutdown();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const result = await connect();
    await open.end();
    expectExit(result, 'UNAVAILABLE');
    expect(result.end).toMatchObject({
      sqlstate: '57P03',
      message: expect.stringMatching(/^server: .*shutting down/),
      remedy: expect.stringMatching(/run again/),
    });
  });
});

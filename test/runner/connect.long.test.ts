import { createServer, type Server, type Socket } from 'node:net';
import { serverUrl, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const FOLDER = migrationsFolder([{ tag: '0000_one', sql: 'create table one ();' }]);

function urlWith(change: (url: URL) => void): string {
  const url = new URL(serverUrl());
  change(url);
  return url.href;
}

const run = (url: string, env: Record<string, string> = {}) =>
  runRunner({ args: ['migrate'], env: environment(url, FOLDER, env) });

/** A server that treats every connection as told; gives its URL. */
async function withServer(
  treat: (socket: Socket) => void,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    treat(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await use(`postgresql://me:secret-word@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/db`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const closedPort = async () => {
  let free = '';
  await withServer(
    () => undefined,
    async (url) => {
      free = url;
    },
  );
  return free;
};

test.concurrent('a wrong password is refused at once, whatever the time to retry', async () => {
  const result = await run(
    urlWith((url) => Object.assign(url, { password: 'wrong-word' })),
    { CONNECT_RETRY_SECONDS: '60' },
  );
  expectExit(result, 'ACCESS');
  expect(result.end).toMatchObject({ sqlstate: '28P01', remedy: expect.stringMatching(/PGPASSWORD/) });
});

test.concurrent('a password that was not given is called missing, not wrong', async () => {
  const result = await run(urlWith((url) => Object.assign(url, { password: '' })));
  expectExit(result, 'ACCESS');
  expect(result.end).toMatchObject({
    remedy: expect.stringMatching(
      /^no password was given: set PGPASSWORD or PGPASSWORD_FILE, or .*DATABASE_URL/,
    ),
  });
});

test.concurrent.each([
  ['', /^no password was given: PGPASSWORD is set but empty; look at the key of the Secret/],
  ['wrong-word\n', /^the password that was given ends with a line break: was it made with echo/],
])('the password %j is told as what it is', async (password, remedy) => {
  const url = urlWith((each) => Object.assign(each, { password: '' }));
  const result = await run(url, { PGPASSWORD: password });
  expectExit(result, 'ACCESS');
  expect(result.end).toMatchObject({ remedy: expect.stringMatching(remedy) });
});

test.concurrent('a database that is not there is a wrong configuration', async () => {
  const result = await run(
    urlWith((url) => Object.assign(url, { pathname: '/nowhere' })),
    { CONNECT_RETRY_SECONDS: '60' },
  );
  expectExit(result, 'CONFIG');
  expect(result.end).toMatchObject({
    sqlstate: '3D000',
    remedy: expect.stringMatching(/create the database/),
  });
});

test.concurrent('a port that refuses is tried again for as long as was asked for', async () => {
  const url = await closedPort();
  const [at0, at1] = await Promise.all([run(url), run(url, { CONNECT_RETRY_SECONDS: '1' })]);
  expectExit(at0, 'UNAVAILABLE');
  expectExit(at1, 'UNAVAILABLE');
  expect(at0.end.message).toMatch(/refuses connections \(ECONNREFUSED\)/);
  expect([at0, at1].map((result) => named(result, 'connect_retry').length)).toEqual([0, 1]);
  expect(named(at1, 'connect_retry')[0]?.message).toMatch(/; trying again, because a NetworkPolicy can take/);
  expect(at1.milliseconds).toBeLessThan(6000);
});

test.concurrent('a host name that does not resolve', async () => {
  const result = await run(urlWith((url) => Object.assign(url, { hostname: 'nowhere.invalid' })));
  expectExit(result, 'UNAVAILABLE');
  expect(result.end).toMatchObject({
    message: expect.stringMatching(/"nowhere.invalid" does not resolve/),
    remedy: expect.stringMatching(/DNS/),
  });
});

describe('a server that is no PostgreSQL', () => {
  const close = (socket: Socket) => socket.destroy();
  const closeLater = (socket: Socket) => socket.once('data', () => socket.end());
  const speakHttp = (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  test.concurrent.each<[string, string, (socket: Socket) => void]>([
    ['prefer', 'says nothing', () => undefined],
    ['prefer', 'closes every connection', close],
    ['disable', 'closes every connection', close],
    ['require', 'closes every connection', close],
    ['require', 'closes after the first packet', closeLater],
    ['disable', 'closes after the first packet', closeLater],
    ['disable', 'speaks HTTP', speakHttp],
    ['prefer', 'speaks HTTP', speakHttp],
  ])('sslmode %s, the server %s: unavailable within the time to connect', (sslmode, _name, treat) =>
    withServer(treat, async (url) => {
      const result = await run(`${url}?sslmode=${sslmode}`, { CONNECT_TIMEOUT_SECONDS: '1' });
      expectExit(result, 'UNAVAILABLE');
      expect(result.milliseconds).toBeLessThan(7000);
    }),
  );
});

test.concurrent.each([
  ['57P03', 'the database system is starting up'],
  ['57P01', 'terminating connection due to administrator command'],
])('a server that answers %s is tried again', (code, message) => {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const answer = Buffer.concat([Buffer.from('E\0\0\0\0'), fields]);
  answer.writeInt32BE(fields.length + 4, 1);
  return withServer(
    (socket) => socket.once('data', () => socket.end(answer)),
    async (url) => {
      const result = await run(`${url}?sslmode=disable`, { CONNECT_RETRY_SECONDS: '2' });
      expectExit(result, 'UNAVAILABLE');
      expect(result.end).toMatchObject({ sqlstate: code });
      expect(named(result, 'connect_retry').length).toBeGreaterThan(0);
    },
  );
});

test.concurrent('SIGTERM while nobody answers', () =>
  withServer(
    () => undefined,
    async (url) => {
      const running = runRunner({
        args: ['preflight'],
        env: environment(url, FOLDER, { CONNECT_TIMEOUT_SECONDS: '1', CONNECT_RETRY_SECONDS: '60' }),
        onEvent: ({ event }, child) => event === 'connect_retry' && child.kill('SIGTERM'),
      });
      expectExit(await running, 'TRY_AGAIN');
    },
  ));

test.concurrent.each(['require', 'verify-full'])(
  'sslmode %s against a server without TLS is refused, never plaintext',
  (mode) =>
    withDatabase(async ({ url, sql }) => {
      const env = { PGSSLMODE: mode, ...(mode === 'verify-full' && { PGSSLROOTCERT: 'system' }) };
      const result = await run(url, env);
      expectExit(result, 'CONFIG');
      expect(result.end.message).toMatch(new RegExp(`does not offer TLS, but PGSSLMODE is ${mode}`));
      expect(await sql`select to_regclass('one') as one`).toEqual([{ one: null }]);
    }),
);

test.concurrent('the connection in files, as a mounted Secret gives it', () =>
  withDatabase(async ({ url }) => {
    const { hostname, port, username, password, pathname } = new URL(url);
    const files = migrationsFolder([], {
      host: hostname,
      port,
      user: username,
      password: `${password}\n`,
      database: pathname.slice(1),
    });
    const { DATABASE_URL: _, ...env } = environment('', FOLDER);
    const names = {
      PGHOST: 'host',
      PGPORT: 'port',
      PGUSER: 'user',
      PGPASSWORD: 'password',
      PGDATABASE: 'database',
    };
    const given = Object.entries(names).map(([name, file]) => [`${name}_FILE`, `${files}/${file}`]);
    expectExit(await runRunner({ args: ['migrate'], env: { ...env, ...Object.fromEntries(given) } }), 'OK');
  }));

test.concurrent.each(['preflight', 'migrate', 'status'])(
  "%s: a file that Vault's agent did not write is a matter of the next pod",
  async (command) => {
    const { DATABASE_URL: _, ...env } = environment('', FOLDER);
    const missing = { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me', PGPASSWORD_FILE: '/vault/secrets/no' };
    const result = await runRunner({ args: [command], env: { ...env, ...missing } });
    expectExit(result, 'UNAVAILABLE');
    expect(`${result.end.message} ${result.end.detail}`).toMatch(/Vault's agent did not write it/);
  },
);

test.concurrent('too many connections are unavailable, not a failed migration', () =>
  withDatabase(async ({ url, sql, name }) => {
    await sql.unsafe(`create role few_${name} login password 'few-word' connection limit 0`);
    try {
      const result = await run(
        Object.assign(new URL(url), { username: `few_${name}`, password: 'few-word' }).href,
      );
      expectExit(result, 'UNAVAILABLE');
      expect(result.end).toMatchObject({ sqlstate: '53300' });
    } finally {
      await sql.unsafe(`drop role few_${name}`);
    }
  }));

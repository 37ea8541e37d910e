import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Signer } from '@aws-sdk/rds-signer';
import { jest } from '@jest/globals';
import { assertNoCanary, registerCanary } from '../support/canary';
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates';
import { stsAnswer, stsError, withHttpServer } from '../support/http-server';
import { type LoginGateway, withLoginGateway } from '../support/login-gateway';
import { migrationsFolder } from '../support/migrations-folder';
import { type OwnServer, startOwnServer } from '../support/own-server';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

const SECRET = 'canary-it-role/secret+1';
const SESSION = 'canary-it-role/session+1==';
const POD_TOKENS = ['canary-it-pod-token-1', 'canary-it-pod-token-2'];
for (const secret of [SECRET, SESSION, ...POD_TOKENS]) registerCanary(secret);

let server: OwnServer;
let certificate: Certificate;
let roots: string;
const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-login-'));
const tokenFile = join(folder, 'token');

beforeAll(async () => {
  const [own, authority] = await Promise.all([startOwnServer(), makeAuthority()]);
  server = own;
  certificate = await makeCertificate({ hosts: ['localhost'], authority });
  const files = migrationsFolder([], { 'ca.crt': authority.cert });
  roots = `${files}/ca.crt`;
  writeFileSync(tokenFile, POD_TOKENS[0] ?? '');
  await server.sql.unsafe('create role me login');
  const [row] = await server.sql`select pg_read_file(current_setting('hba_file')) as text`;
  server.write('pg_hba.conf', `host mine me all trust\n${row?.text}`);
  await server.configure({});
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

// Long enough for the second session, which watches the first, to be opened.
const FOLDER = migrationsFolder([
  { tag: '0000_one', sql: 'create table if not exists one (id int);' },
  { tag: '0001_wait', sql: 'select pg_sleep(1);' },
]);

/** A run through the gateway, and every token that it saw. */
async function run(
  env: Record<string, string>,
  judge: LoginGateway['judge'],
): Promise<{ result: RunnerResult; tokens: string[] }> {
  const tokens: string[] = [];
  await server.sql.unsafe('drop database if exists mine with (force)');
  await server.sql.unsafe('create database mine owner me');
  const result = await withLoginGateway(
    {
      certificate,
      server: { host: '127.0.0.1', port: server.port },
      judge: (token, user) => {
        tokens.push(token);
        return judge(token, user);
      },
    },
    (port) => {
      const { DATABASE_URL: _, ...base } = environment('', FOLDER);
      return runRunner({
        args: ['migrate'],
        env: {
          ...base,
          ...{ PGHOST: 'localhost', PGPORT: String(port), PGDATABASE: 'mine', PGUSER: 'me' },
          ...{ PGSSLMODE: 'verify-full', PGSSLROOTCERT: roots, ...env },
        },
      });
    },
  );
  assertNoSignature(result, tokens);
  return { result, tokens };
}

function assertNoSignature({ stdout, stderr, termination }: RunnerResult, tokens: readonly string[]): void {
  for (const token of tokens) {
    const signature = token.slice(-64);
    for (const text of [stdout, stderr, termination]) expect(text).not.toContain(signature);
  }
  assertNoCanary({ stdout, stderr, termination });
}

/** As RDS does it: the same signature, made of the same secrets at the time that the token names, is what lets in. */
function rdsJudge(secret = SECRET): LoginGateway['judge'] {
  const refuse = (user: string) => ({
    sqlstate: '28000',
    message: `PAM authentication failed for user "${user}"`,
  });
  return (token, user) => {
    const { searchParams, hostname, port } = new URL(`https://${token}`);
    const [, y, mo, d, h, mi, s] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '') ?? [];
    const time = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
    if (!(Math.abs(Date.now() - time) < 900_000) || searchParams.get('DBUser') !== user) return refuse(user);
    expected.push({ secret, hostname, port: Number(port), user, time, token });
    return secret === SECRET ? undefined : refuse(user);
  };
}
/** AWS's package signs asynchronously, a gateway judges at once: what was let in is held against it afterwards. */
const expected: {
  secret: string;
  hostname: string;
  port: number;
  user: string;
  time: number;
  token: string;
}[] = [];

async function assertSigned(): Promise<void> {
  expect(expected.length).toBeGreaterThan(0);
  for (const { hostname, port, user, time, token } of expected.splice(0)) {
    const id = new URLSearchParams(token.split('?')[1]).get('X-Amz-Credential')?.split('/')[0] ?? '';
    const credentials = { accessKeyId: id, secretAccessKey: SECRET, sessionToken: SESSION };
    jest.useFakeTimers({
      now: time,
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'],
    });
    try {
      const signer = new Signer({ hostname, port, username: user, region: 'eu-central-1', credentials });
      const signature = (text: string) => /X-Amz-Signature=(\w+)/.exec(text)?.[1];
      expect(signature(token)).toBe(signature(await signer.getAuthToken()));
    } finally {
      jest.useRealTimers();
    }
  }
}

const AWS = { DATABASE_LOGIN: 'aws-rds-iam', AWS_REGION: 'eu-central-1' };
const irsa = (url: string) => ({
  ...{ ...AWS, AWS_ENDPOINT_URL_STS: url, AWS_ROLE_ARN: 'arn:aws:iam::1:role/migrate' },
  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
});

test('each connection has a token of its own, made of what the pod has then', () => {
  let asked = 0;
  writeFileSync(tokenFile, POD_TOKENS[0] ?? '');
  return withHttpServer(
    () => {
      asked += 1;
      writeFileSync(tokenFile, POD_TOKENS[1] ?? '');
      return { body: stsAnswer(`ASIA${asked}`, SECRET, SESSION) };
    },
    async (url, received) => {
      const { result, tokens } = await run(irsa(url), rdsJudge());
      expectExit(result, 'OK');
      // The session that works, and the one that watches it.
      expect(tokens).toHaveLength(2);
      expect(tokens.map((token) => /X-Amz-Credential=(\w+)%2F/.exec(token)?.[1])).toEqual(['ASIA1', 'ASIA2']);
      expect(received.map(({ form }) => form.WebIdentityToken)).toEqual(POD_TOKENS);
      await assertSigned();
    },
  );
});

test('the agent of the node', () =>
  withHttpServer(
    () => ({ body: JSON.stringify({ AccessKeyId: 'ASIB', SecretAccessKey: SECRET, Token: SESSION }) }),
    async (url) => {
      const env = {
        ...AWS,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
      };
      expectExit((await run(env, rdsJudge())).result, 'OK');
      await assertSigned();
    },
  ));

test('a database that does not take the token says what must be granted', () =>
  withHttpServer(
    () => ({ body: stsAnswer('ASIA', SECRET, SESSION) }),
    async (url) => {
      const { result } = await run(irsa(url), rdsJudge('another'));
      expected.length = 0;
      expectExit(result, 'ACCESS');
      expect(result.end).toMatchObject({
        ...{ sqlstate: '28000', message: expect.stringMatching(/^login: .*PAM authentication failed/) },
        remedy: expect.stringMatching(/^GRANT rds_iam TO "me"; allow rds-db:connect/),
      });
    },
  ));

test('a service that is not there yet is waited for, one that refuses is not', () => {
  let asked = 0;
  return withHttpServer(
    () => {
      asked += 1;
      if (asked === 1) return { status: 503, body: '' };
      return asked === 2
        ? { body: stsAnswer('ASIA', SECRET, SESSION) }
        : { status: 403, body: stsError('AccessDenied') };
    },
    async (url) => {
      const env = { ...irsa(url), CONNECT_RETRY_SECONDS: '20' };
      const { result } = await run(env, rdsJudge());
      expectExit(result, 'OK');
      expect(named(result, 'connect_retry')).toHaveLength(1);
      expect(named(result, 'observer_unavailable')[0]?.message).toMatch(/refuses the role .*AccessDenied/);
      await assertSigned();
      const refused = await run(env, rdsJudge());
      expectExit(refused.result, 'ACCESS');
      expect(refused.tokens).toEqual([]);
    },
  );
});

test('a token of Entra', () => {
  const token = 'canary-it-eyJ.entra.token';
  registerCanary(token);
  return withHttpServer(
    () => ({ body: JSON.stringify({ access_token: token }) }),
    async (url, received) => {
      const env = {
        ...{ DATABASE_LOGIN: 'azure-entra', AZURE_CLIENT_ID: 'client', AZURE_TENANT_ID: 'tenant' },
        ...{ AZURE_FEDERATED_TOKEN_FILE: tokenFile, AZURE_AUTHORITY_HOST: url },
      };
      const good = await run(env, (given) =>
        given === token ? undefined : { sqlstate: '28P01', message: 'password authentication failed' },
      );
      expectExit(good.result, 'OK');
      expect(good.tokens).toEqual([token, token]);
      expect(received).toHaveLength(2);
      const bad = await run(env, () => ({ sqlstate: '28P01', message: 'password authentication failed' }));
      expectExit(bad.result, 'ACCESS');
      expect(bad.result.end.remedy).toMatch(/^make the role with pgaadauth_create_principal/);
    },
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../../runner/src/config/connection';
import { readSettings } from '../../../runner/src/config/settings';
import type { GateError } from '../../../runner/src/errors/gate-error';
import { redact } from '../../../runner/src/errors/redact';
import { fetchToken } from '../../../runner/src/login/fetch-token';
import { makeCertificate } from '../../support/certificates';
import {
  type HttpReply,
  type Received,
  stsAnswer,
  stsError,
  withHttpServer,
} from '../../support/http-server';

const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-login-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenFile = join(folder, 'token');
beforeEach(() => writeFileSync(tokenFile, 'pod-token-1\n'));

const HOST = 'db.abc.eu-central-1.rds.amazonaws.com';
const BASE = { PGHOST: HOST, PGDATABASE: 'app', PGUSER: 'me', PGSSLMODE: 'require' };

function connectionOf(env: Record<string, string>): Connection {
  const { connection, problems } = readSettings({ ...BASE, ...env });
  if (!connection) throw new Error(problems.join('\n'));
  return connection;
}
const fetch = (env: Record<string, string>, limit = 5000) =>
  fetchToken(connectionOf(env), AbortSignal.timeout(limit));
const refusal = (fetching: Promise<unknown>): Promise<GateError> =>
  fetching.then(
    () => Promise.reject(new Error('it was given')),
    (error) => error,
  );

const aws = (env: Record<string, string> = {}) => ({ DATABASE_LOGIN: 'aws-rds-iam', ...env });
const irsa = (url: string) =>
  aws({
    AWS_ENDPOINT_URL_STS: url,
    AWS_ROLE_ARN: 'arn:aws:iam::1:role/migrate',
    AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
  });
const podIdentity = (url: string) =>
  aws({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
  });
const entra = (url: string) => ({
  ...{ DATABASE_LOGIN: 'azure-entra', AZURE_CLIENT_ID: 'client', AZURE_TENANT_ID: 'tenant' },
  ...{ AZURE_FEDERATED_TOKEN_FILE: tokenFile, AZURE_AUTHORITY_HOST: `${url}/` },
});

test('credentials of the environment need nobody', async () => {
  const token = await fetch(
    aws({ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'key-secret', AWS_SESSION_TOKEN: 'session/+=' }),
  );
  expect(token).toMatch(new RegExp(`^${HOST}:5432/\\?Action=connect&DBUser=me&`));
  expect(token).toContain('X-Amz-Credential=AKID%2F');
  expect(token).toContain('%2Feu-central-1%2Frds-db%2F');
  expect(token).toContain('X-Amz-Security-Token=session%2F%2B%3D&');
  expect(redact('key-secret session/+=')).toBe('*** ***');
});

test('the token of the service account is traded for a role, anew each time', () =>
  withHttpServer(
    () => ({ body: stsAnswer('ASIA', 'role-secret', 'role-session') }),
    async (url, received) => {
      const first = await fetch(irsa(url));
      expect(first).toContain('X-Amz-Credential=ASIA%2F');
      expect(first).toContain('X-Amz-Security-Token=role-session');
      writeFileSync(tokenFile, 'pod-token-2');
      await fetch(irsa(url));
      expect(received.map(({ form }) => form.WebIdentityToken)).toEqual(['pod-token-1', 'pod-token-2']);
      expect(received[0]).toMatchObject({
        method: 'POST',
        form: {
          ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleSessionName: 'drizzle-gate' },
          RoleArn: 'arn:aws:iam::1:role/migrate',
        },
      });
      expect(redact('role-secret role-session pod-token-2')).toBe('*** *** ***');
    },
  ));

test("the node's agent is asked with the token of the pod, anew each time", () =>
  withHttpServer(
    () => ({
      body: JSON.stringify({ AccessKeyId: 'ASIB', SecretAccessKey: 'agent-secret', Token: 'agent-session' }),
    }),
    async (url, received) => {
      expect(await fetch(podIdentity(url))).toContain('X-Amz-Credential=ASIB%2F');
      writeFileSync(tokenFile, 'pod-token-2');
      await fetch(podIdentity(url));
      expect(received).toEqual(
        ['pod-token-1', 'pod-token-2'].map((authorization) => ({
          ...{ method: 'GET', url: '/v1/credentials', authorization, form: {} },
        })),
      );
    },
  ));

test('a token of Entra', () =>
  withHttpServer(
    () => ({ body: '{"token_type":"Bearer","expires_in":3599,"access_token":"eyJ.entra.token"}' }),
    async (url, received) => {
      expect(await fetch(entra(url))).toBe('eyJ.entra.token');
      expect(received).toEqual([
        expect.objectContaining({
          url: '/tenant/oauth2/v2.0/token',
          form: {
            ...{ client_id: 'client', grant_type: 'client_credentials', client_assertion: 'pod-token-1' },
            scope: 'https://ossrdbms-aad.database.windows.net/.default',
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          },
        }),
      ]);
      expect(redact('eyJ.entra.token')).toBe('***');
    },
  ));

const entraError = (error: string, code: number) =>
  JSON.stringify({
    error,
    error_description: `AADSTS${code}: No match. Trace ID: secret-trace`,
    error_codes: [code],
  });

describe('whoever gives no token is understood', () => {
  test.each<[string, (url: string) => Record<string, string>, HttpReply, GateError['exit'], RegExp]>([
    [
      'the role refuses',
      irsa,
      { status: 403, body: stsError('AccessDenied') },
      'ACCESS',
      /refuses the role ".*": AccessDenied: as/,
    ],
    [
      'the token is over',
      irsa,
      { status: 400, body: stsError('ExpiredTokenException') },
      'ACCESS',
      /ExpiredToken/,
    ],
    [
      'the role is none',
      irsa,
      { status: 400, body: stsError('ValidationError') },
      'CONFIG',
      /ValidationError/,
    ],
    [
      'it asks too much',
      irsa,
      { status: 400, body: stsError('Throttling') },
      'UNAVAILABLE',
      /gives no credentials now: Thr/,
    ],
    [
      'keys are not there',
      irsa,
      { status: 400, body: stsError('IDPCommunicationError') },
      'UNAVAILABLE',
      /IDPComm/,
    ],
    [
      'its token is not known yet',
      irsa,
      { status: 400, body: stsError('InvalidIdentityToken') },
      'UNAVAILABLE',
      /gives no credentials now: InvalidIdentityToken/,
    ],
    ['STS is down', irsa, { status: 503, body: 'down' }, 'UNAVAILABLE', /gives no credentials now: HTTP 503/],
    ['it is no STS', irsa, { body: 'hello' }, 'UNAVAILABLE', /answers without credentials/],
    ['it sends us elsewhere', irsa, { status: 302, body: '' }, 'ACCESS', /HTTP 302/],
    [
      'the agent refuses',
      podIdentity,
      { status: 400, body: '{"Code":"AccessDenied","Message":"no"}' },
      'ACCESS',
      /: AccessDenied: no$/,
    ],
    ['it does not know the pod', podIdentity, { status: 404, body: '' }, 'UNAVAILABLE', /HTTP 404/],
    ['the agent is down', podIdentity, { status: 500, body: 'null' }, 'UNAVAILABLE', /HTTP 500/],
    ['it is no agent', podIdentity, { body: '[]' }, 'UNAVAILABLE', /answers without credentials/],
    [
      'Entra refuses',
      entra,
      { status: 401, body: entraError('invalid_client', 700016) },
      'ACCESS',
      /refuses the identity "client": invalid_client, AADSTS700016$/,
    ],
    [
      'the credential is new',
      entra,
      { status: 401, body: entraError('invalid_client', 70021) },
      'UNAVAILABLE',
      /gives no token now: invalid_client, AADSTS70021$/,
    ],
    ...[70025, 700211, 700212, 700213].map(
      (code): [string, typeof entra, HttpReply, GateError['exit'], RegExp] => [
        `a part of the credential is new (${code})`,
        entra,
        { status: 401, body: entraError('invalid_client', code) },
        'UNAVAILABLE',
        RegExp(`gives no token now: invalid_client, AADSTS${code}$`),
      ],
    ),
    ['Entra is down', entra, { status: 502, body: '' }, 'UNAVAILABLE', /gives no token now: HTTP 502/],
    ['it is no Entra', entra, { body: '<html>' }, 'UNAVAILABLE', /gives no token now: HTTP 200/],
  ])('%s', (_name, env, reply, exit, message) =>
    withHttpServer(
      () => reply,
      async (url) => {
        const error = await refusal(fetch(env(url)));
        expect(error).toMatchObject({ exit, message: expect.stringMatching(message) });
        expect(error.message).toMatch(/^login: /);
        expect(error.remedy).toBeDefined();
        expect(`${error.message} ${error.remedy}`).not.toMatch(/secret|pod-token/);
      },
    ),
  );

  test.each([irsa, podIdentity, entra])('it never answers', (env) =>
    withHttpServer(
      () => undefined,
      async (url) => {
        const error = await refusal(fetch(env(url), 200));
        expect(error).toMatchObject({
          ...{ exit: 'UNAVAILABLE', message: expect.stringMatching(/does not answer \(it took too long\)/) },
          remedy: expect.stringMatching(/^let the NetworkPolicy reach 127.0.0.1 \(port \d+\)/),
        });
      },
    ),
  );

  test('a certificate that is not trusted has its own words, whatever Node is told', async () => {
    const { cert, private: key } = await makeCertificate({ hosts: ['127.0.0.1'] });
    const asked: unknown[] = [];
    const server = createServer({ cert, key }, (request) => asked.push(request.url));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const error = await refusal(fetch(irsa(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)));
      expect(error).toMatchObject({
        ...{ exit: 'CONFIG', remedy: expect.stringMatching(/NODE_EXTRA_CA_CERTS/) },
        message: expect.stringMatching(
          /^login: the certificate of 127.0.0.1:\d+ is not trusted \(DEPTH_ZERO/,
        ),
      });
      expect(asked).toEqual([]);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      server.close();
    }
  });

  test('nobody is there', async () => {
    const error = await refusal(fetch(irsa('http://127.0.0.1:1')));
    expect(error).toMatchObject({ exit: 'UNAVAILABLE', message: expect.stringMatching(/ECONNREFUSED/) });
  });

  test.each<[string, string | undefined, RegExp]>([
    ['is not there', undefined, /^login: AWS_WEB_IDENTITY_TOKEN_FILE: ".*" cannot be read \(ENOENT\)/],
    ['is empty', '\n', /holds no token/],
    ['has another line', 'a\nb: c', /holds no token/],
  ])('the token of the pod %s', (_name, text, message) =>
    withHttpServer(
      () => ({ body: '' }),
      async (url, received) => {
        if (text === undefined) rmSync(tokenFile);
        else writeFileSync(tokenFile, text);
        const error = await refusal(fetch(irsa(url)));
        expect(error).toMatchObject({ exit: 'CONFIG', message: expect.stringMatching(message) });
        expect(received).toEqual([] satisfies Received[]);
      },
    ),
  );

  test('a pod that no webhook has changed', async () => {
    const error = await refusal(fetch(aws({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })));
    expect(error).toMatchObject({
      ...{ exit: 'UNAVAILABLE', message: expect.stringMatching(/this pod has no credentials of AWS/) },
      remedy: expect.stringMatching(/the webhook has not changed this pod/),
    });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority, makeCertificate } from '../../support/certificates';
import { withOtlpReceiver } from '../../support/otlp-receiver';
import { named, type RunnerResult, runRunner } from '../../support/runner';

/** No database is there: half a second that OpenTelemetry can be loaded in, and the end. */
const run = (env: Record<string, string>): Promise<RunnerResult> =>
  runRunner({
    args: ['status'],
    env: {
      ...{ PGHOST: '127.0.0.1', PGPORT: '9', PGUSER: 'me', PGDATABASE: 'app', CONNECT_RETRY_SECONDS: '1' },
      ...env,
    },
  });

const PASSWORD = 'hunter2-of-the-collector';

async function withSilentServer<T>(use: (address: string) => Promise<T>): Promise<T> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await use(`127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** Both ways out at once: together they may not take longer either. */
const both = (address: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://me:${PASSWORD}@${address}`,
  PUSHGATEWAY_URL: `http://me:${PASSWORD}@${address}`,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${PASSWORD}`,
});

async function expectNoHarm(env: Record<string, string>, reason: RegExp): Promise<void> {
  const result = await run(env);
  const over = Date.now();
  expect(result.code).toBe(69);
  // The process is gone, not only silent.
  expect(over - Date.parse(String(result.end.time))).toBeLessThan(1000);
  const warnings = named(result, 'telemetry_unavailable');
  expect(warnings).toEqual([
    expect.objectContaining({ level: 'warn', message: expect.stringMatching(reason) }),
  ]);
  const text = `${result.stdout}${result.stderr}`;
  expect(text).not.toContain(PASSWORD);
  // Nothing of the SDK's own.
  for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^\{"time"/);
}

test('nobody listens', () => expectNoHarm(both('127.0.0.1:9'), /ECONNREFUSED/));

test('somebody listens and never answers', () =>
  withSilentServer((address) => expectNoHarm(both(address), /no answer in time|no answer within/)));

test('it answers 500 with what must not be repeated', () =>
  withOtlpReceiver(({ url }) => expectNoHarm(both(url.replace('http://', '')), /HTTP 500/), {
    answer: () => 500,
  }));

test('it has no address', () => expectNoHarm(both('no-such-host.invalid:4318'), /ENOTFOUND|EAI_AGAIN/));

test('what can not be used is told, and not sent to somebody else', async () => {
  const warned = async (env: Record<string, string>) =>
    named(await run(env), 'telemetry_unavailable').map(({ message }) => message);
  const [first, second] = await Promise.all([
    warned({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      TRACEPARENT: 'of-nobody',
    }),
    warned({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318', PUSHGATEWAY_URL_FILE: '/nowhere/url' }),
  ]);
  expect(first).toEqual([
    expect.stringMatching(/OTEL_EXPORTER_OTLP_PROTOCOL is "grpc", which is not supported.*|TRACEPARENT/),
  ]);
  expect(first[0]).toContain('TRACEPARENT is "of-nobody"');
  expect(second).toEqual([
    expect.stringMatching(/PUSHGATEWAY_URL_FILE.*OTEL_EXPORTER_OTLP_ENDPOINT is no URL/),
  ]);
});

test('a slow collector gets everything, and headers reach it', async () => {
  await withOtlpReceiver(
    async (receiver) => {
      const result = await run({
        ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_HEADERS: `x-key=${PASSWORD}` },
        OTEL_SERVICE_NAME: 'shop-migrations',
      });
      expect(named(result, 'telemetry_unavailable')).toEqual([]);
      expect(receiver.span('drizzle-gate status').attributes).toMatchObject({ 'drizzle_gate.exit_code': 69 });
      for (const { headers } of receiver.requests) expect(headers['x-key']).toBe(PASSWORD);
      for (const resource of receiver.resources) expect(resource['service.name']).toBe('shop-migrations');
    },
    { answer: () => new Promise((resolve) => setTimeout(resolve, 250, 200)) },
  );
});

test('compressed, past a proxy that is not asked, and at an interval beyond what a timer can hold', async () => {
  await withOtlpReceiver(async (receiver) => {
    const proxy = 'http://127.0.0.1:9';
    const result = await run({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
      ...{ OTEL_METRIC_EXPORT_INTERVAL: '1e12', HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy },
    });
    expect(named(result, 'telemetry_unavailable')).toEqual([]);
    expect(result.stderr).not.toContain('Warning');
    expect(receiver.span('drizzle-gate status').status.code).toBe(2);
    for (const { headers } of receiver.requests) expect(headers['content-encoding']).toBe('gzip');
  });
});

test('a setting that both signals share is complained of once', async () => {
  const result = await run({
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' },
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=%zz',
  });
  const [{ message } = { message: '' }] = named(result, 'telemetry_unavailable');
  expect(message.split('OTEL_EXPORTER_OTLP_COMPRESSION')).toHaveLength(2);
  expect(message.split('header 1 of OTEL_EXPORTER_OTLP_HEADERS is left out')).toHaveLength(2);
});

test('https with a private CA, and headers and Pushgateway from files', async () => {
  const authority = await makeAuthority();
  const server = await makeCertificate({ hosts: ['127.0.0.1'], authority });
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-otlp-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  try {
    await withOtlpReceiver(
      async (receiver) => {
        const env = {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_HEADERS_FILE: file('headers', `authorization=Bearer%20${PASSWORD}\n`),
        };
        const [untrusted, trusted] = [
          await run(env),
          await run({ ...env, OTEL_EXPORTER_OTLP_CERTIFICATE: file('ca.pem', authority.cert) }),
        ];
        expect(named(untrusted, 'telemetry_unavailable')[0]?.message).toMatch(/CERT|SIGNATURE/);
        expect(named(trusted, 'telemetry_unavailable')).toEqual([]);
        expect(receiver.span('drizzle-gate status').status.code).toBe(2);
        for (const { headers } of receiver.requests) expect(headers.authorization).toBe(`Bearer ${PASSWORD}`);
      },
      { tls: { cert: server.cert, key: server.private } },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('OTEL_SDK_DISABLED, and signals that are not wanted', async () => {
  await withOtlpReceiver(async (receiver) => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    await run({ ...env, OTEL_SDK_DISABLED: 'true' });
    expect(receiver.requests).toEqual([]);
    await run({ ...env, OTEL_METRICS_EXPORTER: 'none' });
    expect(new Set(receiver.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
  });
});

import { readTelemetry } from '../../../runner/src/config/telemetry-settings';
import { findDestinations } from '../../../runner/src/telemetry/destinations';
import { readHeaders } from '../../../runner/src/telemetry/headers';
import { resourceProblem } from '../../../runner/src/telemetry/resource-problem';
import { groupPath } from '../../../runner/src/telemetry/sdk/group-path';
import { reasonOf } from '../../../runner/src/telemetry/sdk/outlet';
import { resourceOf } from '../../../runner/src/telemetry/sdk/resource';
import { standingAttributes } from '../../../runner/src/telemetry/sdk/standing-attributes';
import { readTraceparent } from '../../../runner/src/telemetry/trace-context';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [`cc-${TRACE}-${SPAN}-03-what-comes-later`, true],
])('the trace of %s', (text, isSampled) => {
  expect(readTraceparent(text)).toEqual({ traceId: TRACE, parent: { spanId: SPAN, isSampled } });
});

test.each([
  ['', `00-${TRACE}-${SPAN}`, `00-${TRACE}-${SPAN}-01-more`, `ff-${TRACE}-${SPAN}-01`],
  [
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  ],
])('no trace: %s', (...texts) => {
  for (const text of texts) expect(readTraceparent(text)).toBeUndefined();
});

test('a group is named by its labels, with what a path can not hold in base64', () => {
  expect(groupPath({ command: 'migrate', 'db.namespace': 'shop' })).toBe(
    '/metrics/job/drizzle-gate/command/migrate/db_namespace/shop',
  );
  const labels = (value: string) => groupPath({ a: value }).split('/a')[1];
  expect(['a/b', '..', '', 'ü ?#%'].map(labels)).toEqual([
    ...['@base64/YS9i', '@base64/Li4', '@base64/=', '@base64/w7wgPyMl'],
  ]);
});

test.each([
  ['app', 'app', undefined],
  ['registry:5000/team/app', 'registry:5000/team/app', undefined],
  ['registry:5000/team/app:1.4', 'registry:5000/team/app', ['1.4']],
  ['app:1@sha256:00', 'app', ['1']],
])('the image %s', (image, name, tags) => {
  const { attributes } = resourceOf('1.0.0', { runId: 'r', image, job: undefined, pod: undefined });
  expect([attributes['container.image.name'], attributes['container.image.tags']]).toEqual([name, tags]);
});

test('each run is an instance of its own, and no series of a Pushgateway names it', () => {
  const database = { namespace: 'shop', address: 'db', port: 5432 };
  const resource = resourceOf('1.0.0', { runId: 'the-run', image: 'app', job: 'job', pod: 'pod' });
  expect(resource.attributes['service.instance.id']).toBe('the-run');
  expect(standingAttributes({ database, resource })).toEqual({ 'db.namespace': 'shop' });
});

test('each signal has its own variables, which count before those of both', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://both:4318/',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces/here',
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'b=2',
  };
  const settings = readTelemetry(env);
  if (!settings) throw new Error('it was asked for');
  const problems: string[] = [];
  expect(findDestinations(settings, env, problems)).toEqual({
    traces: { url: 'https://traces/here', format: 'protobuf', headers: { a: '1' } },
    metrics: { url: 'http://both:4318/v1/metrics', format: 'json', headers: { a: '1', b: '2' } },
    pushgateway: undefined,
  });
  expect(problems).toEqual([]);
});

test('a signal that alone has an endpoint is the only one that is told', () => {
  const env = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://metrics/here' };
  const settings = readTelemetry(env);
  expect(settings && findDestinations(settings, env, [])).toMatchObject({
    ...{ traces: undefined, metrics: { url: 'http://metrics/here' }, pushgateway: undefined },
  });
});

test.each([
  ['http://c:4318', 'http://c:4318/v1/traces'],
  ['http://c/base//', 'http://c/base/v1/traces'],
  ['http://c/base?key=1', 'http://c/base/v1/traces?key=1'],
  ['http://[::1]:4318/', 'http://[::1]:4318/v1/traces'],
])('the traces of %s go to %s', (endpoint, url) => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const settings = readTelemetry(env);
  expect(settings && findDestinations(settings, env, []).traces?.url).toBe(url);
});

test('headers with blanks, commas and percent signs; what is none is told without its value', () => {
  const problems: string[] = [];
  const text = ' a = b c ,, d=e%2Cf, g=h;i , authorization=Basic eA== , j=%zz, k';
  expect(readHeaders(text, 'HEADERS', problems)).toEqual({
    ...{ a: 'b c', d: 'e,f', g: 'h;i', authorization: 'Basic eA==' },
  });
  expect(problems.map((problem) => problem.replace(/:.*/, ''))).toEqual([
    'header 6 of HEADERS is left out',
    'header 7 of HEADERS is left out',
  ]);
  expect(problems.join()).not.toContain('zz');
});

test.each(['a=1=2', 'a=%zz', '=1', 'a', `a=${'x'.repeat(256)}`, 'ok=1,a'])(
  'resource attributes that the SDK would drop without a word: %s',
  (text) => {
    expect(resourceProblem(text)).toMatch(
      /^OTEL_RESOURCE_ATTRIBUTES is left out, all of it: attribute [12] /,
    );
  },
);

test('resource attributes that it takes', () => {
  for (const text of [undefined, '', ',', 'a=', ' a = 1%3D2 ,, b=%2C', `a=${'x'.repeat(255)}`]) {
    expect(resourceProblem(text)).toBeUndefined();
  }
});

test.each([
  [new Error('Export failed with retryable status'), 'HTTP 429, 502, 503 or 504'],
  [Object.assign(new Error('The operation was aborted'), { code: 'ABORT_ERR' }), 'no answer in time'],
  [Object.assign(new Error('x'), { code: 404 }), 'HTTP 404'],
  ['thrown', 'unknown'],
])('%s is told as %s', (error, reason) => expect(reasonOf(error)).toBe(reason));

test('nobody is told unless somebody asked for it', () => {
  expect(readTelemetry({ OTEL_SERVICE_NAME: 'x', TRACEPARENT: 'y' })).toBeUndefined();
  expect(readTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeUndefined();
  expect(readTelemetry({ PUSHGATEWAY_URL: 'http://p', OTEL_SDK_DISABLED: 'TRUE' })).toBeUndefined();
});

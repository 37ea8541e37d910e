import { ENV } from '../../../core/contract';
import { mistypedVariables } from '../../../runner/src/config/mistyped-variables';

const meantBy = (...names: string[]) =>
  mistypedVariables(Object.fromEntries(names.map((name) => [name, 'x']))).map(({ meant }) => meant);

test.each([
  ['LOCK_TIMEOUT', 'LOCK_TIMEOUT_MS'],
  ['LOCK_TIMEOUTMS', 'LOCK_TIMEOUT_MS'],
  ['LOCK_TIMEOUT_SECONDS', 'LOCK_TIMEOUT_MS'],
  ['lock_timeout_ms', 'LOCK_TIMEOUT_MS'],
  ['MIGRATION_FOLDER', 'MIGRATIONS_FOLDER'],
  ['ACCEPT_EDITS', 'ACCEPT_EDITED'],
  ['ALLOW_DIVERGE', 'ALLOW_DIVERGED'],
  ['ROLLBACK_DELAY', 'ROLLBACK_DELAY_SECONDS'],
  ['LOGFORMAT', 'LOG_FORMAT'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['PGSSLMOD', 'PGSSLMODE'],
  ['PGPASSWORDFILE', 'PGPASSWORD_FILE'],
])('%s is probably %s', (typed, meant) => {
  expect(meantBy(typed)).toEqual([meant]);
});

test('no false alarm', () => {
  for (const name of Object.keys(ENV)) expect(meantBy(name)).toEqual([]);
  const service = (name: string) => [
    ...[`${name}_PORT`, `${name}_SERVICE_HOST`, `${name}_SERVICE_PORT`, `${name}_SERVICE_PORT_POSTGRES`],
    ...['', '_ADDR', '_PORT', '_PROTO'].map((end) => `${name}_PORT_5432_TCP${end}`),
  ];
  const services = ['DATABASE', 'DATABASE_URL', 'PG', 'MIGRATIONS', 'LOG', 'KUBERNETES'].flatMap(service);
  const libpq = [
    ...['PGAPPNAME', 'PGDATA', 'PGHOSTADDR', 'PGTZ', 'PGPASSFILE', 'PGSSLCERT', 'PGSSLKEY', 'PGSSLCRL'],
    ...['PGSERVICE', 'PGOPTIONS', 'PGCLIENTENCODING', 'PGREQUIRESSL', 'PGSSLSNI', 'PG_VERSION', 'PG_MAJOR'],
  ];
  const others = [
    ...['POSTGRES_DB', 'POSTGRES_PASSWORD', 'POSTGRES_USER', 'POSTGRES_URL', 'NODE_ENV', 'NODE_OPTIONS'],
    ...['npm_config_cache', 'npm_package_name', 'PATH', 'HOME', 'HOSTNAME', 'LOG_LEVEL', 'DATABASE_UID'],
    ...['SSL_CERT_FILE', 'SSL_CERT_DIR'],
    ...['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME', 'DATABASE_PASSWORD', 'DB_URL', 'LOCK_FILE'],
  ];
  const otel = [
    ...['OTEL_SERVICE_NAME', 'OTEL_SDK_DISABLED', 'OTEL_LOG_LEVEL', 'OTEL_TRACES_SAMPLER', 'TRACESTATE'],
    ...['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER', 'OTEL_METRIC_EXPORT_INTERVAL', 'OTEL_PROPAGATORS'],
    ...['', '_TRACES', '_METRICS', '_LOGS'].flatMap((signal) =>
      [
        'ENDPOINT',
        'HEADERS',
        'PROTOCOL',
        'TIMEOUT',
        'COMPRESSION',
        'CERTIFICATE',
        'CLIENT_KEY',
        'INSECURE',
      ].map((name) => `OTEL_EXPORTER_OTLP${signal}_${name}`),
    ),
  ];
  for (const name of [...services, ...libpq, ...others, ...otel])
    expect([name, ...meantBy(name)]).toEqual([name]);
});

test('an empty variable is unset, and what is set itself was not mistyped', () => {
  expect(mistypedVariables({ LOCK_TIMEOUT: '' })).toEqual([]);
  expect(meantBy('LOCK_TIMEOUT', 'LOCK_TIMEOUT_MS')).toEqual([]);
});

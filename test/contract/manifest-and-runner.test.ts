import { Duration, Size } from 'cdk8s';
import { CONTRACT_VERSION, Command, ENV, Path } from '../../core/contract';
import {
  DatabaseCredentials,
  LogFormat,
  MigrationJob,
  MigrationSource,
  OutOfOrder,
  RollbackJob,
  RollbackKeep,
  RollbackScripts,
  SslMode,
  Telemetry,
  TransactionMode,
} from '../../lib';
import { mistypedVariables } from '../../runner/src/config/mistyped-variables';
import { readSettings } from '../../runner/src/config/settings';
import { readTelemetry } from '../../runner/src/config/telemetry-settings';
import { parseArguments } from '../../runner/src/parse-arguments';
import {
  containersOf,
  type KubeContainer,
  minimalJobProps,
  only,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';

/**
 * What the kubelet gives the process: literals, and for each key of a Secret what an operator would put
 * there.
 */
const SECRET: Record<string, string> = {
  DATABASE_URL: 'postgresql://migrator:secret@db.internal:5432/orders?sslmode=require',
  PGDATABASE: 'orders',
  PGUSER: 'migrator',
  PGPASSWORD: 'secret',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
  PUSHGATEWAY_URL: 'http://me:secret@10.0.0.2:9091',
};
function environmentOf({ env = [] }: KubeContainer): Record<string, string> {
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => [
      name,
      value ?? SECRET[valueFrom?.secretKeyRef?.key ?? ''] ?? '',
    ]),
  );
}

const settings = {
  lockWait: Duration.minutes(2),
  lockTimeout: Duration.seconds(3),
  lockRetries: 4,
  outOfOrder: OutOfOrder.REFUSE,
  acceptEdited: ['0000_first', '0002_third'],
  allowDiverged: true,
  statementTimeout: Duration.minutes(1),
  connectTimeout: Duration.seconds(6),
  connectRetry: Duration.seconds(7),
  migrationsSchema: 'app',
  migrationsTable: 'history',
  transactionMode: TransactionMode.EACH,
  logFormat: LogFormat.TEXT,
  showErrorDetail: true,
};

describe('the runner understands the manifest', () => {
  const [digest, ...jobs] = withMigrationsFolder((localFolder) => {
    const migrations = MigrationSource.fromImage({ localFolder });
    const keys = DatabaseCredentials.fromSecretKeys('login', {
      host: 'db.internal',
      port: 6432,
      sslMode: SslMode.REQUIRE,
    });
    const all = { ...minimalJobProps(), ...settings, migrations };
    return [
      migrations.digest,
      synthChart((chart) => new MigrationJob(chart, 'Plain', minimalJobProps())),
      synthChart(
        (chart) =>
          new MigrationJob(chart, 'Full', { ...all, credentials: keys, grantStatusTo: ['app', 'reports'] }),
      ),
      synthChart((chart) => {
        new RollbackJob(chart, 'Rollback', {
          ...all,
          target: '0001_second',
          confirmation: 'the-token',
          confirmedBy: 'Ann',
          delay: Duration.seconds(3),
          keep: RollbackKeep.DISCARD,
          keepLimit: Size.gibibytes(2),
          countLimit: 500,
          tokenLifetime: Duration.minutes(20),
          scripts: new RollbackScripts(chart, 'Scripts', { migrations }),
        });
      }),
    ] as const;
  });
  const [plain, full, rollback] = jobs.map((objects) => containersOf(only(objects, 'Job')));
  const containers = [...(plain ?? []), ...(full ?? []), ...(rollback ?? [])];

  test.each(containers.map((container, index) => [index, container.name, container] as const))(
    'container %i, %s: its args are a command, every variable is in the contract and none is a problem',
    (_index, _name, container) => {
      expect(Object.values(Command)).toContain(parseArguments(container.args ?? []).command);
      // The last one is Node's own.
      const known = [...Object.keys(ENV), 'NODE_OPTIONS'];
      for (const { name } of container.env ?? []) expect(known).toContain(name);
      const { problems, connection } = readSettings(environmentOf(container));
      expect(problems).toEqual([]);
      expect(connection).toBeDefined();
    },
  );

  test('every container carries the version of the contract', () => {
    for (const container of containers) {
      expect(environmentOf(container).CONTRACT_VERSION).toBe(CONTRACT_VERSION);
    }
  });

  test('every setting arrives with the value that the construct was given', () => {
    for (const container of full ?? []) {
      expect(readSettings(environmentOf(container))).toMatchObject({
        migrations: { folder: Path.IMAGE_MIGRATIONS, schema: 'app', table: 'history', digest },
        history: {
          outOfOrder: 'refuse',
          acceptEdited: ['0000_first', '0002_third'],
          allowDiverged: true,
        },
        grantStatusTo: ['app', 'reports'],
        limits: {
          lockWait: 120_000,
          lockTimeout: 3000,
          lockRetries: 4,
          statementTimeout: 60_000,
          connectTimeout: 6000,
          connectRetry: 7000,
        },
      });
    }
  });

  test('so does all that belongs to a rollback alone', () => {
    for (const container of rollback ?? []) {
      expect(readSettings(environmentOf(container)).confirmedBy).toBe('Ann');
      expect(readSettings(environmentOf(container)).rollback).toEqual({
        target: '0001_second',
        confirm: 'the-token',
        scriptsFolder: Path.MOUNTED_ROLLBACK_SCRIPTS,
        delay: 3000,
        keep: 'discard',
        keepLimit: 2 * 2 ** 30,
        countLimit: 500,
        tokenLifetime: 1_200_000,
      });
    }
  });

  test.each([
    [
      Telemetry.otlp({ endpoint: 'http://10.0.0.1:4318', headersSecretName: 'otel', environment: 'prod' }),
      { endpoint: 'http://10.0.0.1:4318', headers: 'authorization=secret', pushgateway: undefined },
    ],
    [
      Telemetry.pushgateway({ urlSecretName: 'push', environment: 'prod' }),
      { endpoint: undefined, pushgateway: 'http://me:secret@10.0.0.2:9091' },
    ],
  ])('so does whom it tells of its runs, and no variable is taken for a mistake', (telemetry, expected) => {
    const props = { ...minimalJobProps(), telemetry };
    for (const container of containersOf(
      only(
        synthChart((chart) => new MigrationJob(chart, 'J', props)),
        'Job',
      ),
    )) {
      const env = environmentOf(container);
      expect(readSettings(env, Command.PREFLIGHT).problems).toEqual([]);
      expect(readTelemetry(env)).toMatchObject({ ...expected, problems: [] });
      expect(env.OTEL_RESOURCE_ATTRIBUTES).toContain(
        `k8s.container.name=${container.name},deployment.environment.name=prod`,
      );
      expect(mistypedVariables(env)).toEqual([]);
    }
  });

  test('what a manifest leaves out is the default that the props document', () => {
    const { limits, history, rollback: undone } = readSettings(environmentOf(plain?.[1] as KubeContainer));
    expect(undone).toMatchObject({
      keep: 'keep',
      keepLimit: 2 ** 30,
      countLimit: 1_000_000,
      tokenLifetime: 3_600_000,
    });
    expect(history).toEqual({ outOfOrder: 'apply', acceptEdited: [], allowDiverged: false });
    expect(limits).toEqual({
      lockWait: 300_000,
      lockTimeout: 5000,
      lockRetries: 10,
      statementTimeout: 0,
      connectTimeout: 10_000,
      connectRetry: 30_000,
    });
  });
});

import { Duration, Size } from 'cdk8s';
import {
  ConfigMap,
  Cpu,
  EnvValue,
  ImagePullPolicy,
  NodeTaintQuery,
  Secret,
  ServiceAccount,
  TaintEffect,
} from 'cdk8s-plus-28';
import { finalExitCodes } from '../../core/contract';
import { LogFormat, MigrationJob, type MigrationJobProps, OutOfOrder, TransactionMode } from '../../lib';
import {
  containersOf,
  envOf,
  jobSpec,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
} from '../support/synth';

function migrationJob(props: Partial<MigrationJobProps> = {}) {
  const objects = synthChart(
    (chart) => new MigrationJob(chart, 'Migration', { ...minimalJobProps(), ...props }),
  );
  return only(objects, 'Job');
}
function refusal(props: Partial<MigrationJobProps>): string[] {
  return problemsOf(() => migrationJob(props));
}

describe('MigrationJob: containers', () => {
  const [init, main] = containersOf(migrationJob());

  test('the pre-flight check is the init container, the migration the main one', () => {
    expect([init?.name, init?.args]).toEqual(['pre-flight-check', ['preflight']]);
    expect([main?.name, main?.args]).toEqual(['migrate', ['migrate']]);
    expect(containersOf(migrationJob())).toHaveLength(2);
  });

  test('the ENTRYPOINT of the image starts the runner', () => {
    expect(init).not.toHaveProperty('command');
    expect(main).not.toHaveProperty('command');
  });

  test('both have the login, the folder and the version of the contract', () => {
    for (const container of [init, main]) {
      expect(container?.env?.[0]?.valueFrom).toEqual({
        secretKeyRef: { name: 'db-login', key: 'DATABASE_URL' },
      });
      expect(envOf(container)).toMatchObject({ MIGRATIONS_FOLDER: '/app/migrations', CONTRACT_VERSION: '1' });
    }
  });

  test('settings become variables in the unit of their names', () => {
    const job = migrationJob({
      lockWait: Duration.minutes(2),
      lockTimeout: Duration.seconds(3),
      lockRetries: 4,
      statementTimeout: Duration.minutes(1),
      connectTimeout: Duration.seconds(6),
      connectRetry: Duration.seconds(7),
      migrationsSchema: 'app',
      migrationsTable: 'history',
      transactionMode: TransactionMode.EACH,
      logFormat: LogFormat.TEXT,
      showErrorDetail: true,
      outOfOrder: OutOfOrder.REFUSE,
      acceptEdited: ['0000_one', '0001_two'],
      allowDiverged: true,
    });
    expect(envOf(containersOf(job)[1])).toMatchObject({
      OUT_OF_ORDER: 'refuse',
      ACCEPT_EDITED: '0000_one,0001_two',
      ALLOW_DIVERGED: 'true',
      LOCK_WAIT_SECONDS: '120',
      LOCK_TIMEOUT_MS: '3000',
      LOCK_RETRIES: '4',
      STATEMENT_TIMEOUT_MS: '60000',
      CONNECT_TIMEOUT_SECONDS: '6',
      CONNECT_RETRY_SECONDS: '7',
      MIGRATIONS_SCHEMA: 'app',
      MIGRATIONS_TABLE: 'history',
      TRANSACTION_MODE: 'each',
      LOG_FORMAT: 'text',
      SHOW_ERROR_DETAIL: 'true',
    });
  });

  test('the roles that may see the schema version', () => {
    expect(envOf(containersOf(migrationJob({ grantStatusTo: ['app', 'App 2'] }))[1]).GRANT_STATUS_TO).toBe(
      'app,App 2',
    );
    expect(envOf(main)).not.toHaveProperty('GRANT_STATUS_TO');
    for (const role of ['', ' app', 'a,b', 'Public', 'x'.repeat(64)]) {
      expect(refusal({ grantStatusTo: ['app', role] })).toEqual([
        expect.stringMatching(/^grantStatusTo: ".*" is not the name of a role/),
      ]);
    }
  });

  test('extra variables come from values, Secrets and ConfigMaps', () => {
    const objects = synthChart((chart) => {
      const secret = Secret.fromSecretName(chart, 'Ca', 'ca');
      const configMap = ConfigMap.fromConfigMapName(chart, 'Settings', 'settings');
      new MigrationJob(chart, 'Migration', {
        ...minimalJobProps(),
        env: {
          PGSSLMODE: EnvValue.fromValue('verify-full'),
          PGSSLROOTCERT: EnvValue.fromSecretValue({ secret, key: 'path' }),
          REGION: EnvValue.fromConfigMap(configMap, 'region'),
        },
      });
    });
    for (const container of containersOf(only(objects, 'Job'))) {
      expect(container.env?.slice(-3)).toEqual([
        { name: 'PGSSLMODE', value: 'verify-full' },
        { name: 'PGSSLROOTCERT', valueFrom: { secretKeyRef: { name: 'ca', key: 'path' } } },
        { name: 'REGION', valueFrom: { configMapKeyRef: { name: 'settings', key: 'region' } } },
      ]);
    }
  });

  test('image and pull policy', () => {
    const image = `registry:5000/team/app@sha256:${'a'.repeat(64)}`;
    for (const container of containersOf(migrationJob({ image, imagePullPolicy: ImagePullPolicy.ALWAYS }))) {
      expect([container.image, container.imagePullPolicy]).toEqual([image, 'Always']);
    }
    expect(init?.imagePullPolicy).toBe('IfNotPresent');
  });

  test('resources: small by default, each kind can be replaced by itself', () => {
    expect(main?.resources).toEqual({
      requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
    });
    const job = migrationJob({
      resources: {
        cpu: { limit: Cpu.units(2) },
        memory: { request: Size.kibibytes(1536), limit: Size.gibibytes(1) },
      },
    });
    expect(containersOf(job)[0]?.resources).toEqual({
      requests: { memory: '1536Ki', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '2', memory: '1024Mi', 'ephemeral-storage': '256Mi' },
    });
  });
});

describe('MigrationJob: the Job', () => {
  test('limits and times', () => {
    expect(jobSpec(migrationJob())).toMatchObject({
      backoffLimit: 3,
      activeDeadlineSeconds: 3600,
      ttlSecondsAfterFinished: 7 * 86_400,
      template: { spec: { terminationGracePeriodSeconds: 60, restartPolicy: 'Never' } },
    });
    const changed = migrationJob({
      backoffLimit: 0,
      activeDeadline: Duration.minutes(10),
      ttlAfterFinished: Duration.seconds(0),
      terminationGracePeriod: Duration.minutes(2),
    });
    expect(jobSpec(changed)).toMatchObject({
      backoffLimit: 0,
      activeDeadlineSeconds: 600,
      ttlSecondsAfterFinished: 0,
      template: { spec: { terminationGracePeriodSeconds: 120 } },
    });
  });

  test('the failure policy ignores disruptions first, then ends on final exit codes of each container', () => {
    expect(jobSpec(migrationJob()).podFailurePolicy).toEqual({
      rules: [
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        {
          action: 'FailJob',
          onExitCodes: { containerName: 'pre-flight-check', operator: 'In', values: finalExitCodes() },
        },
        {
          action: 'FailJob',
          onExitCodes: { containerName: 'migrate', operator: 'In', values: finalExitCodes() },
        },
      ],
    });
  });

  test('an own command runs in its folder and image, and only the pre-flight codes are bound', () => {
    const job = migrationJob({
      command: {
        command: ['pnpm', 'db:migrate'],
        workingDir: 'packages/shared-schema',
        image: 'team/schema:3',
      },
    });
    const [init, main] = containersOf(job);
    expect(main).toMatchObject({
      name: 'migrate',
      command: ['pnpm', 'db:migrate'],
      workingDir: 'packages/shared-schema',
      image: 'team/schema:3',
    });
    expect(main).not.toHaveProperty('args');
    expect(init).toMatchObject({ args: ['preflight'], image: 'registry.example.com/team/app:1.4.2' });
    const { rules } = jobSpec(job).podFailurePolicy as {
      rules: { onExitCodes?: { containerName: string } }[];
    };
    expect(rules.map((rule) => rule.onExitCodes?.containerName)).toEqual([undefined, 'pre-flight-check']);
  });

  test('labels: the name without hash, the component, the instance; own ones beside them', () => {
    const job = migrationJob({
      instance: 'orders',
      podLabels: { team: 'a' },
      podAnnotations: { 'a.example/b': 'c' },
    });
    const labels = {
      'app.kubernetes.io/name': 'db-migration',
      'app.kubernetes.io/component': 'database-migration',
      'app.kubernetes.io/instance': 'orders',
    };
    expect(job.metadata.labels).toEqual(labels);
    expect(jobSpec(job).template.metadata).toMatchObject({
      labels: { ...labels, team: 'a' },
      annotations: { 'a.example/b': 'c' },
    });
    expect(migrationJob().metadata.labels).not.toHaveProperty('app.kubernetes.io/instance');
  });

  test('tolerations and the service account', () => {
    const objects = synthChart((chart) => {
      new MigrationJob(chart, 'Migration', {
        ...minimalJobProps(),
        serviceAccount: ServiceAccount.fromServiceAccountName(chart, 'Account', 'migrator'),
        tolerations: [NodeTaintQuery.is('pool', 'batch', { effect: TaintEffect.NO_SCHEDULE })],
      });
    });
    expect(jobSpec(only(objects, 'Job')).template.spec).toMatchObject({
      serviceAccountName: 'migrator',
      tolerations: [{ key: 'pool', value: 'batch', operator: 'Equal', effect: 'NoSchedule' }],
    });
  });

  test('/tmp is the only volume, bounded', () => {
    expect(jobSpec(migrationJob({ tmpSize: Size.mebibytes(16) })).template.spec.volumes).toEqual([
      { name: 'tmp', emptyDir: { sizeLimit: '16Mi' } },
    ]);
    expect(containersOf(migrationJob())[0]?.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
  });
});

describe('MigrationJob: the name', () => {
  test('is the base name and eight hexadecimal digits, or fixed on request', () => {
    expect(migrationJob().metadata.name).toMatch(/^db-migration-[0-9a-f]{8}$/);
    expect(migrationJob({ baseName: 'orders' }).metadata.name).toMatch(/^orders-[0-9a-f]{8}$/);
    expect(migrationJob({ name: 'orders-42' }).metadata.name).toBe('orders-42');
  });

  test('is the same for the same pod, and another for another image', () => {
    expect(migrationJob().metadata.name).toBe(migrationJob().metadata.name);
    expect(migrationJob({ image: 'team/app:2' }).metadata.name).not.toBe(migrationJob().metadata.name);
  });

  test('stays when only what can be changed in place changes', () => {
    expect(migrationJob({ backoffLimit: 1 }).metadata.name).toBe(migrationJob().metadata.name);
  });

  test('follows changes through the escape hatch, and reads the same from the construct', () => {
    let name = '';
    const objects = synthChart((chart) => {
      const migration = new MigrationJob(chart, 'Migration', minimalJobProps());
      const before = migration.name;
      migration.job.podMetadata.addLabel('added', 'later');
      name = migration.name;
      expect(name).not.toBe(before);
    });
    expect(only(objects, 'Job').metadata.name).toBe(name);
  });
});

describe('MigrationJob: refusals', () => {
  test('a mutable image names the remedy, unless it is allowed', () => {
    const [problem, ...more] = refusal({ image: 'registry:5000/app:latest' });
    expect(problem).toBe(
      'image: "registry:5000/app:latest" has the tag "latest", which names no version; give a version ("registry:5000/app:1.4.2") or a digest ("registry:5000/app@sha256:…"), or set allowMutableImage',
    );
    expect(more).toEqual([]);
    expect(containersOf(migrationJob({ image: 'app:latest', allowMutableImage: true }))[0]?.image).toBe(
      'app:latest',
    );
  });

  test('a lock wait that the deadline would cut off, also where it is the default', () => {
    expect(refusal({ lockWait: Duration.hours(2) })).toEqual([
      'lockWait: 7200 seconds is not shorter than activeDeadline (3600 seconds); shorten lockWait or lengthen activeDeadline',
    ]);
    expect(refusal({ activeDeadline: Duration.minutes(5) })).toEqual([
      'lockWait: 300 seconds is not shorter than activeDeadline (300 seconds); shorten lockWait or lengthen activeDeadline',
    ]);
    expect(refusal({ connectRetry: Duration.hours(1) })[0]).toMatch(
      /^connectRetry: 3600 seconds is not shorter/,
    );
  });

  test.each<[string, Partial<MigrationJobProps>, string]>([
    [
      'a duration outside the contract',
      { lockTimeout: Duration.millis(0) },
      'lockTimeout: 0 milliseconds is out of range; give a whole number of milliseconds from 1 to 600000',
    ],
    [
      'a duration that is no whole number of its unit',
      { connectTimeout: Duration.millis(1500) },
      'connectTimeout: 1.5 seconds is out of range; give a whole number of seconds from 1 to 300',
    ],
    [
      'a fraction of a second as deadline',
      { activeDeadline: Duration.millis(400_500) },
      "activeDeadline: 400.5 seconds can't be written; give a whole number of seconds, at least 1",
    ],
    [
      'an accepted edit that is no tag',
      { acceptEdited: ['0000_a, 0001_b'] },
      'acceptEdited: "0000_a, 0001_b" is no tag; give one tag for each migration, without commas or spaces',
    ],
    ['retries', { lockRetries: -1 }, 'lockRetries: -1 is out of range; give a whole number from 0 to 1000'],
    [
      'backoffLimit',
      { backoffLimit: 1.5 },
      'backoffLimit: 1.5 is out of range; give a whole number from 0 to 1000',
    ],
    [
      'a name',
      { name: 'Orders' },
      'name: "Orders" is not a name; write at most 63 lower-case letters, digits and "-", for example "db-migration"',
    ],
    [
      'a base name without room for the hash',
      { baseName: 'a'.repeat(55) },
      `baseName: "${'a'.repeat(55)}" is not a name; write at most 54 lower-case letters, digits and "-", for example "db-migration"`,
    ],
    [
      'an instance',
      { instance: 'a b' },
      'instance: "a b" is not a name; write at most 63 lower-case letters, digits and "-", for example "db-migration"',
    ],
    [
      'a label value',
      { podLabels: { a: 'b c' } },
      'podLabels: the value "b c" of "a" is not valid; write at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    ],
    [
      'a label of the construct',
      { podLabels: { 'app.kubernetes.io/name': 'x' } },
      'podLabels: "app.kubernetes.io/name" is set by the construct; set baseName or instance instead',
    ],
    [
      'an annotation',
      { podAnnotations: { '-a': '' } },
      'podAnnotations: the key "-a" is not valid; write 1 to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    ],
    [
      'a node label',
      { nodeSelector: { 'A_/b': 'c' } },
      'nodeSelector: the prefix of the key "A_/b" is not a DNS name; write it like "example.com/tier"',
    ],
    [
      'a priority class',
      { priorityClassName: '' },
      'priorityClassName: "" is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."',
    ],
    [
      'a pull secret',
      { imagePullSecrets: ['ok', 'No'] },
      'imagePullSecrets: "No" is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."',
    ],
    [
      'a schema',
      { migrationsSchema: '' },
      'migrationsSchema: "" is not a PostgreSQL name; write 1 to 63 bytes',
    ],
    [
      'a size',
      { tmpSize: Size.kibibytes(1) },
      "tmpSize: 0.0009765625 mebibytes can't be written; give a whole number of mebibytes, at least 1",
    ],
    [
      'a variable with a prop',
      { env: { LOCK_WAIT_SECONDS: EnvValue.fromValue('9') } },
      'env: "LOCK_WAIT_SECONDS" is set by the construct; set lockWait instead',
    ],
    [
      'a variable of the credentials',
      { env: { DATABASE_URL: EnvValue.fromValue('x') } },
      'env: "DATABASE_URL" is set by the construct; give credentials instead',
    ],
    [
      'the name of a variable',
      { env: { '1A': EnvValue.fromValue('x') } },
      'env: "1A" is not the name of a variable; write letters, digits and "_", not starting with a digit',
    ],
    [
      'a command without a program',
      { command: { command: [] } },
      'command: [] starts no program; give its name and its arguments',
    ],
    [
      'an empty working directory',
      { command: { command: ['x'], workingDir: ' ' } },
      'command.workingDir: " " is empty; give a folder or leave it out',
    ],
    [
      'a mutable image of the command',
      { command: { command: ['x'], image: 'app' } },
      'command.image: "app" has no tag; give a version ("app:1.4.2") or a digest ("app@sha256:…"), or set allowMutableImage',
    ],
  ])('%s', (_what, props, problem) => {
    expect(refusal(props)).toEqual([problem]);
  });

  test('all problems stand in one error', () => {
    const problems = refusal({ image: '', backoffLimit: -1, name: 'A', podLabels: { a: ' ' } });
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'image',
      'backoffLimit',
      'name',
      'podLabels',
    ]);
  });
});

import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { App, Chart, Duration, Size } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  DatabaseRollback,
  DeployerSubject,
  MigrationMonitoring,
  MigrationSource,
  RollbackKeep,
  WatchedMigration,
} from './lib';

/**
 * Every variable of the reference app: what it decides, what counts when it is unset, and the prop that it
 * becomes.
 */
export const SETTINGS = {
  IMAGE: {
    meaning: 'Image with the runner and the migrations, by digest or by a tag that names a version.',
    default: 'registry.example.com/teei/shared-schema:0.1.0',
    prop: 'image',
  },
  ALLOW_MUTABLE_IMAGE: {
    meaning: '`true` accepts an image whose tag can mean another image tomorrow, such as `latest`.',
    default: 'false',
    prop: 'allowMutableImage',
  },
  NAMESPACE: {
    meaning: 'Namespace of all objects; empty means the one that `kubectl` uses.',
    default: '',
    prop: 'namespace',
  },
  DB_CIDRS: {
    meaning: 'Address ranges of the database, separated by commas.',
    default: '10.0.0.0/16',
    prop: 'cidr',
  },
  DB_PORT: { meaning: 'Port of the database.', default: '5432', prop: 'port' },
  DB_SECRET: {
    meaning: 'Name of the existing Secret with the connection URL.',
    default: 'teei-shared-db-secrets',
    prop: 'secretName',
  },
  DB_SECRET_KEY: { meaning: 'Key of the URL in that Secret.', default: 'DATABASE_URL', prop: 'key' },
  MIGRATIONS_FOLDER: {
    meaning: 'The migrations folder that the image was built from.',
    default: 'migrations',
    prop: 'localFolder',
  },
  DEPLOYER_SUBJECT: {
    meaning:
      'Who deploys: `group:NAME`, `user:NAME` or `serviceaccount:NAMESPACE/NAME`; gets the rights in `manual/deployer-rbac.yaml`.',
    default: 'group:db-migration-deployers',
    prop: 'subject',
  },
  SYNTH_MONITORING: {
    meaning:
      '`true` adds `manual/db-monitoring.yaml`: alerts for the Prometheus operator and a dashboard for Grafana. It needs NAMESPACE.',
    default: 'false',
    prop: 'monitoring',
  },
  MONITORED_DEPLOYMENTS: {
    meaning: 'Names of the Deployments behind the migration, separated by commas, that an alert watches too.',
    default: '',
    prop: 'deployments',
  },
  SYNTH_ROLLBACK: {
    meaning:
      '`false` leaves out what a person applies, the rollback, the rights of who deploys and the monitoring; so does `cdk8s synth --stdout`.',
    default: 'true',
    prop: 'rollback',
  },
  ROLLBACK_TARGET: {
    meaning:
      'The last migration that stays applied; unset means one step back, the word `empty` that none stays.',
    default: '',
    prop: 'target',
  },
  ROLLBACK_CONFIRM: {
    meaning: 'The token that the rollback plan printed.',
    default: '',
    prop: 'confirmation',
  },
  CONFIRMED_BY: {
    meaning: 'Who confirmed the plan, for the record of the run; unset, it has the database role only.',
    default: '',
    prop: 'confirmedBy',
  },
  ROLLBACK_DELAY_SECONDS: {
    meaning: 'Seconds that the init container waits between the warning and the rollback.',
    default: '10',
    prop: 'delay',
  },
  ROLLBACK_KEEP: {
    meaning:
      'What becomes of the rows of dropped tables and columns: `keep` copies them into a schema of their own, `discard` does not.',
    default: RollbackKeep.KEEP,
    prop: 'keep',
  },
  ROLLBACK_KEEP_LIMIT_MB: {
    meaning: 'Megabytes (2^20 bytes) that may be kept; with more the rollback refuses (85).',
    default: '1024',
    prop: 'keepLimit',
  },
  ROLLBACK_TOKEN_SECONDS: {
    meaning: 'Seconds for which the token of a plan confirms it.',
    default: '3600',
    prop: 'tokenLifetime',
  },
} as const;

type Name = keyof typeof SETTINGS;

/**
 * EX_CONFIG of sysexits, as everywhere in drizzle-gate: the configuration is wrong, and every problem is
 * listed.
 */
const EXIT_CONFIG = 78;

const problems = new Set<string>();

/** Runs `action`; faults in its props become problems that name the variable in place of the prop. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidPropsError') throw error;
    for (const line of error.message.split('\n')) problems.add(inVariables(line));
    return undefined;
  }
}

function inVariables(line: string): string {
  const [subject = ''] = line.split(':', 1);
  const variable = Object.entries(SETTINGS).find(([, { prop }]) => prop === subject)?.[0];
  const named = variable ? `${variable}${line.slice(subject.length)}` : line;
  return (
    named
      .replace('set allowMutableImage', 'set ALLOW_MUTABLE_IMAGE=true')
      // Remedies that need a program of one's own.
      .replace(/, or (set allowEveryAddress|add .* to except)$/, '')
  );
}

/** A wrong value is replaced by the default, so that the search for problems goes on. */
function fromEnvironment(name: Name): string {
  const value = process.env[name] ?? SETTINGS[name].default;
  if (value.trim() === '' && SETTINGS[name].default !== '') {
    problems.add(`${name}: ${JSON.stringify(value)} is empty; give a value, or unset it for the default`);
    return SETTINGS[name].default;
  }
  return value.trim();
}

function readBoolean(name: Name): boolean {
  const value = fromEnvironment(name);
  if (value !== 'true' && value !== 'false') {
    problems.add(`${name}: ${JSON.stringify(value)} is neither "true" nor "false"; give one of them`);
  }
  return value === 'true';
}

function readKeep(): RollbackKeep {
  const value = fromEnvironment('ROLLBACK_KEEP');
  const keep = Object.values(RollbackKeep).find((choice) => choice === value);
  if (keep === undefined) {
    problems.add(`ROLLBACK_KEEP: ${JSON.stringify(value)} is neither "keep" nor "discard"; give one of them`);
  }
  return keep ?? RollbackKeep.KEEP;
}

function readNumber(name: Name): number {
  const value = fromEnvironment(name);
  if (/^\d{1,9}$/.test(value)) return Number(value);
  problems.add(
    `${name}: ${JSON.stringify(value)} is not a whole number; write digits, for example "${SETTINGS[name].default}"`,
  );
  return Number(SETTINGS[name].default);
}

/**
 * `cdk8s synth --stdout` differs from a synth into a folder only in this: the folder is a temporary one of
 * cdk8s's own.
 */
function isPrintedToStdout(outdir: string): boolean {
  return dirname(outdir) === tmpdir() && basename(outdir).startsWith('cdk8s-');
}

const [, program = '', ...unread] = process.argv;
// Imported by a program, its arguments are none of ours.
if (basename(program) === 'main.ts' && unread.length > 0) {
  problems.add(
    `arguments: ${JSON.stringify(unread.join(' '))} would not be read; set the variables below, and CDK8S_OUTDIR for another folder`,
  );
}

const migrations =
  attempt(() => MigrationSource.fromImage({ localFolder: fromEnvironment('MIGRATIONS_FOLDER') })) ??
  MigrationSource.fromImage();
const peers = fromEnvironment('DB_CIDRS')
  .split(',')
  .map(
    (cidr) =>
      attempt(() => DatabasePeer.ipBlock(cidr.trim())) ?? DatabasePeer.ipBlock(SETTINGS.DB_CIDRS.default),
  );
const props = {
  image: fromEnvironment('IMAGE'),
  allowMutableImage: readBoolean('ALLOW_MUTABLE_IMAGE'),
  migrations,
  credentials:
    attempt(() =>
      DatabaseCredentials.fromUrlSecret(fromEnvironment('DB_SECRET'), fromEnvironment('DB_SECRET_KEY')),
    ) ?? DatabaseCredentials.fromUrlSecret(SETTINGS.DB_SECRET.default),
  endpoint:
    attempt(() => DatabaseEndpoint.of({ peers, port: readNumber('DB_PORT') })) ??
    DatabaseEndpoint.of({ peers }),
  objectName: 'teei-db-migration',
  rollbackScriptsName: 'teei-migration-scripts',
};
const chartProps = { namespace: fromEnvironment('NAMESPACE') || undefined };

const app = new App({ outputFileExtension: '.yaml' });
const migration = attempt(
  () => new DatabaseMigration(new Chart(app, 'db-migration', chartProps), 'DatabaseMigration', props),
);
const deployer =
  attempt(() => DeployerSubject.parse(fromEnvironment('DEPLOYER_SUBJECT'))) ??
  DeployerSubject.parse(SETTINGS.DEPLOYER_SUBJECT.default);
const apps = [app];
const hasMonitoring = readBoolean('SYNTH_MONITORING');

if (readBoolean('SYNTH_ROLLBACK') && !isPrintedToStdout(app.outdir)) {
  const manual = new App({ outputFileExtension: '.yaml', outdir: join(app.outdir, 'manual') });
  attempt(
    () =>
      new DatabaseRollback(new Chart(manual, 'db-rollback', chartProps), 'DatabaseRollback', {
        ...props,
        target: fromEnvironment('ROLLBACK_TARGET') || (migrations.oneStepBack ?? 'empty'),
        confirmation: fromEnvironment('ROLLBACK_CONFIRM'),
        confirmedBy: fromEnvironment('CONFIRMED_BY') || undefined,
        delay: Duration.seconds(readNumber('ROLLBACK_DELAY_SECONDS')),
        keep: readKeep(),
        keepLimit: Size.mebibytes(readNumber('ROLLBACK_KEEP_LIMIT_MB')),
        tokenLifetime: Duration.seconds(readNumber('ROLLBACK_TOKEN_SECONDS')),
      }),
  );
  attempt(() =>
    migration?.addDeployer(new Chart(manual, 'deployer-rbac', chartProps), 'Deployer', {
      name: 'teei-db-migration-deployer',
      subjects: [deployer],
    }),
  );
  if (hasMonitoring && migration) {
    const deployments = fromEnvironment('MONITORED_DEPLOYMENTS')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    attempt(
      () =>
        new MigrationMonitoring(new Chart(manual, 'db-monitoring', chartProps), 'Monitoring', {
          name: 'teei-db-migration',
          migrations: [WatchedMigration.of(migration, { deployments })],
        }),
    );
  }
  apps.push(manual);
}

if (problems.size > 0) {
  const count = problems.size === 1 ? '1 problem' : `${problems.size} problems`;
  console.error(
    `drizzle-gate: ${count} in the environment, nothing is synthesized:\n  ${[...problems].join('\n  ')}`,
  );
  process.exitCode = EXIT_CONFIG;
} else {
  // What is not made now, but was by an earlier synth, would pass for a part of this.
  const isAlone = apps.length === 1;
  const absent = isAlone ? ['db-rollback.yaml', 'deployer-rbac.yaml'] : [];
  for (const file of [...absent, ...(isAlone || !hasMonitoring ? ['db-monitoring.yaml'] : [])]) {
    rmSync(join(app.outdir, 'manual', file), { force: true });
  }
  for (const each of apps) each.synth();
}

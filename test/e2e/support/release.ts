import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { ApiObject, App, Chart, Duration, type JsonPatch } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  type DatabaseMigrationProps,
  DatabasePeer,
  DatabaseRollback,
  DeployerRbac,
  DeployerSubject,
  MigrationFiles,
} from '../../../lib';
import { type FolderMigration, writeMigrations } from '../../support/write-migrations';
import type { DatabaseServer } from './run-state';

/** Name of the Secret with the connection. */
export const SECRET = 'db-login';
export const SECRET_KEY = 'DATABASE_URL';
/** What the service of the chart is called, which must wait for the gate. */
export const SERVICE = 'shop';

export interface ReleaseOptions {
  readonly migrations: readonly FolderMigration[];
  readonly image: string;
  readonly namespace: string;
  readonly database: DatabaseServer;
  readonly props?: Partial<DatabaseMigrationProps>;
  /** Changes the migration's Job by a JSON patch: what the constructs do not let one do. */
  readonly edit?: readonly JsonPatch[];
}

/** What the charts of one release made. */
export interface Release {
  /** The migrations as drizzle-kit writes them. */
  readonly migrations: string;
  /** Manifests of the migration and of the service. */
  readonly folder: string;
  /** That of the rollback, one step back. */
  readonly rollback: string;
  /** Name of the migration's Job. */
  readonly job: string;
}

/** Synthesizes a release as a team's chart does, into a folder below `parent`. */
export function synthRelease(parent: string, options: ReleaseOptions): Release {
  const { namespace } = options;
  const folder = mkdtempSync(join(parent, 'release-'));
  const migrations = join(folder, 'migrations');
  writeMigrations(migrations, options.migrations);
  const outdir = join(folder, 'dist');
  const app = new App({ outputFileExtension: '.yaml', outdir });
  const manual = new App({ outputFileExtension: '.yaml', outdir: join(outdir, 'manual') });
  const migration = addMigration(new Chart(app, 'db-migration', { namespace }), options, migrations);
  ApiObject.of(migration.migrationJob.job).addJsonPatch(...(options.edit ?? []));
  addService(new Chart(app, 'service', { namespace }), options.image);
  addRollback(new Chart(manual, 'db-rollback', { namespace }), options, migrations);
  app.synth();
  manual.synth();
  return {
    ...{ migrations, folder: outdir, job: migration.migrationJob.name },
    rollback: join(outdir, 'manual', 'db-rollback.yaml'),
  };
}

function addMigration(chart: Chart, options: ReleaseOptions, folder: string): DatabaseMigration {
  return new DatabaseMigration(chart, 'DatabaseMigration', {
    ...commonProps(chart, options, folder),
    // Seconds, where a deployment has minutes.
    connectRetry: Duration.seconds(5),
    connectTimeout: Duration.seconds(2),
    activeDeadline: Duration.minutes(4),
    lockWait: Duration.minutes(1),
    ...options.props,
  });
}

function addRollback(chart: Chart, options: ReleaseOptions, folder: string): void {
  const props = commonProps(chart, options, folder);
  const target = props.migrations.oneStepBack ?? 'empty';
  new DatabaseRollback(chart, 'DatabaseRollback', { ...props, target, delay: Duration.seconds(0) });
}

function commonProps(chart: Chart, { image, database }: ReleaseOptions, localFolder: string) {
  const { peer, port } = database;
  return {
    image,
    credentials: DatabaseCredentials.fromUrlSecret(SECRET, SECRET_KEY),
    endpoint: DatabaseEndpoint.of({
      peers: ['cidr' in peer ? DatabasePeer.ipBlock(peer.cidr) : DatabasePeer.pods(peer)],
      port,
    }),
    migrations: new MigrationFiles(chart, 'Files', { localFolder, name: 'shop-migrations' }).source,
    objectName: 'shop-migration',
    rollbackScriptsName: 'shop-rollback-scripts',
  };
}

/** A service without pods: whether it is in the cluster tells whether the gate let it through. */
function addService(chart: Chart, image: string): void {
  const labels = { app: SERVICE };
  new ApiObject(chart, 'Service', {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: SERVICE } },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'shop', image }] } },
    },
  });
}

/** What an administrator applies before an account of CI can deploy releases like this one. */
export function synthRights(parent: string, account: string, options: ReleaseOptions): KubernetesObject[] {
  const migrations = mkdtempSync(join(parent, 'rights-'));
  writeMigrations(migrations, options.migrations);
  const { namespace } = options;
  const app = new App();
  const releases = ['db-migration', 'service', 'rollback'].map((name) => new Chart(app, name, { namespace }));
  const [migration, service, rollback] = releases as [Chart, Chart, Chart];
  addMigration(migration, options, migrations);
  addService(service, options.image);
  addRollback(rollback, options, migrations);
  const rights = new Chart(app, 'rights', { namespace });
  const subjects = [DeployerSubject.serviceAccount(account, namespace)];
  new DeployerRbac(rights, 'Deployer', { subjects, delivers: releases });
  const identity = (migration.toJson() as KubernetesObject[]).filter(({ kind = '' }) =>
    IDENTITY.includes(kind),
  );
  return [...identity, ...(rights.toJson() as KubernetesObject[])];
}

/** Kinds that decide what the pods may, which CI may only apply as they are. */
const IDENTITY = ['ServiceAccount', 'Role', 'RoleBinding'];

/** A folder for what the scenarios of a test file write. */
export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'drizzle-gate-e2e-'));
}

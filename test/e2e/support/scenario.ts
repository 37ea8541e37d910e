import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig, type KubernetesObject, type V1Job, type V1Pod } from '@kubernetes/client-node';
import { waitUntil } from '../../support/wait';
import type { Ended, Running } from './command';
import { createDatabase, type OwnDatabase } from './databases';
import { deployerToken } from './deployer';
import { Kube } from './kube';
import { prepareLong } from './migrations';
import { namespaceName } from './names';
import { createNamespace } from './namespace';
import {
  type Release,
  type ReleaseOptions,
  SECRET,
  SECRET_KEY,
  SERVICE,
  scratchFolder,
  synthRelease,
} from './release';
import { type RunState, runState } from './run-state';
import { reachDatabase, unreachDatabase } from './service';
import { openWays, type StartOptions, type Ways } from './ways';

/** One namespace, one database, and the command between them. */
export class Scenario {
  /** Ends what still waits. */
  public isOver = false;

  public constructor(
    public readonly namespace: string,
    public readonly state: RunState,
    public readonly kube: Kube,
    public readonly database: OwnDatabase,
    /** Of this scenario alone; removed at its end. */
    public readonly folder: string,
    private readonly ways: Ways,
  ) {}

  public get sql() {
    return this.database.sql;
  }

  /** Writes the Secret with the connection, with what is to be wrong in it. */
  public async secret(options: { password?: string; key?: string } = {}): Promise<void> {
    const { password = this.database.password, key = SECRET_KEY } = options;
    const url = new URL(`postgresql://database.${this.namespace}.svc/${this.database.name}`);
    url.port = String(this.state.database.port);
    url.username = this.database.user;
    url.password = password;
    const metadata = { name: SECRET, namespace: this.namespace };
    const data = { [key]: Buffer.from(url.href).toString('base64') };
    const secret = { ...{ apiVersion: 'v1', kind: 'Secret', metadata }, data };
    await this.kube.apply(secret as KubernetesObject);
  }

  /** Lets pods find the database. */
  public databaseUp(): Promise<void> {
    return reachDatabase(this.kube, this.namespace, this.state.database);
  }

  /** Connections are refused from now on. */
  public databaseDown(): Promise<void> {
    return unreachDatabase(this.kube, this.namespace);
  }

  public release(
    migrations: ReleaseOptions['migrations'],
    options: Partial<Pick<ReleaseOptions, 'image' | 'props' | 'edit'>> = {},
  ): Release {
    const { image, database } = this.state;
    return synthRelease(this.folder, { migrations, image, namespace: this.namespace, database, ...options });
  }

  /** Starts the command. */
  public start(args: readonly string[], options: StartOptions = {}): Promise<Running> {
    return this.ways.start(args, options);
  }

  public async run(...args: readonly string[]): Promise<Ended> {
    return (await this.start(args)).ended;
  }

  public startDeploy(release: Release, ...args: readonly string[]): Promise<Running> {
    return this.start(['deploy', release.folder, ...args]);
  }

  public deploy(release: Release, ...args: readonly string[]): Promise<Ended> {
    return this.run('deploy', release.folder, ...args);
  }

  public jobs(): Promise<V1Job[]> {
    return this.kube.list<V1Job>({ apiVersion: 'batch/v1', kind: 'Job', namespace: this.namespace });
  }

  public job(name: string): Promise<V1Job | undefined> {
    return this.kube.read({ apiVersion: 'batch/v1', kind: 'Job', namespace: this.namespace }, name);
  }

  public removeJob(name: string): Promise<void> {
    return this.kube.remove({ apiVersion: 'batch/v1', kind: 'Job', namespace: this.namespace }, name);
  }

  /** Pods that a Job has made and that are still there, the oldest first. */
  public async pods(job: string): Promise<V1Pod[]> {
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: this.namespace };
    const pods = await this.kube.list<V1Pod>(ref, `batch.kubernetes.io/job-name=${job}`);
    const age = ({ metadata }: V1Pod) => String(metadata?.creationTimestamp);
    return pods.sort((a, b) => age(a).localeCompare(age(b)));
  }

  /** Whether the gate let the service through. */
  public async serviceIsThere(): Promise<boolean> {
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: this.namespace };
    return (await this.kube.read(ref, SERVICE)) !== undefined;
  }

  /** How many migrations the database has. */
  public async applied(): Promise<number> {
    const [table] = await this.sql`select to_regclass('drizzle.__drizzle_migrations') as name`;
    if (table?.name === null) return 0;
    const [row] = await this.sql`select count(*)::int as applied from drizzle.__drizzle_migrations`;
    return row?.applied as number;
  }

  /** Waits for what a person would look for. */
  public waitUntil(what: string, look: () => Promise<boolean>, limit = 120_000): Promise<number> {
    return waitUntil(`${what} (${this.namespace})`, async () => this.isOver || look(), limit);
  }
}

/** Prepares a scenario: namespace, login, database and the way to it. What it leaves, the end of the run removes. */
export async function withScenario(name: string, use: (it: Scenario) => Promise<void>): Promise<void> {
  const state = runState();
  const config = new KubeConfig();
  config.loadFromDefault();
  const kube = new Kube(config);
  const namespace = namespaceName(state.suffix, name);
  const folder = scratchFolder();
  await createNamespace(kube, state.suffix, namespace);
  const database = await createDatabase(state.database, state.suffix, name);
  await reachDatabase(kube, namespace, state.database);
  const token =
    state.identity === 'deployer' ? await deployerToken(kube, namespace, state, folder) : undefined;
  const names = {
    [namespace]: 'shop',
    [database.name]: 'shop',
    [`-${state.suffix}`]: '',
    [folder]: '.',
  };
  const ways = await openWays({ config, namespace, token, folder, secrets: [database.password], names });
  const scenario = new Scenario(namespace, state, kube, database, folder, ways);
  try {
    await prepareLong(database.sql);
    await scenario.secret();
    await use(scenario);
    if (state.record) ways.save(join(state.record, `${name}.json`));
  } finally {
    scenario.isOver = true;
    ways.close();
    await database.sql.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

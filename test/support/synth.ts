import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, type ChartProps } from 'cdk8s';
import { DatabaseCredentials, DatabaseEndpoint, DatabasePeer, MigrationSource } from '../../lib';
import { schemaProblems } from './kubernetes-schema';
import { podBoundsProblems } from './pod-bounds';
import { podSecurityProblems } from './synth-pod-security';

export interface KubeSecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: string[]; readonly add?: string[] };
  readonly seccompProfile?: { readonly type: string };
  readonly appArmorProfile?: { readonly type: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
  readonly procMount?: string;
  readonly sysctls?: { readonly name: string; readonly value: string }[];
}
/** What a probe or a hook of the life cycle does. */
export interface KubeHandler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}
export interface KubeEnv {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Record<string, { name: string; key: string }>;
}
export interface KubeContainer {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly args?: string[];
  readonly command?: string[];
  readonly workingDir?: string;
  readonly env?: KubeEnv[];
  readonly envFrom?: unknown[];
  readonly ports?: { hostPort?: number }[];
  readonly resources?: Record<string, Record<string, string>>;
  readonly livenessProbe?: KubeHandler;
  readonly readinessProbe?: KubeHandler;
  readonly startupProbe?: KubeHandler;
  readonly lifecycle?: { readonly postStart?: KubeHandler; readonly preStop?: KubeHandler };
  readonly securityContext?: KubeSecurityContext;
  readonly terminationMessagePolicy?: string;
  readonly volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}
export interface PodSpec {
  readonly [field: string]: unknown;
  readonly containers: KubeContainer[];
  readonly initContainers?: KubeContainer[];
  readonly ephemeralContainers?: KubeContainer[];
  readonly securityContext?: KubeSecurityContext;
  readonly volumes?: ({ name: string } & Record<string, unknown>)[];
}
export interface JobSpec {
  readonly [field: string]: unknown;
  readonly template: {
    readonly metadata: {
      readonly labels: Record<string, string>;
      readonly annotations?: Record<string, string>;
    };
    readonly spec: PodSpec;
  };
}
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
  };
  readonly spec?: unknown;
  readonly [field: string]: unknown;
}

/**
 * Objects that a chart makes, in the manifest's order; each must pass the schema validators, the Pod Security
 * check and that of bounds.
 */
export function synthChart(build: (chart: Chart) => void, props: ChartProps = {}): KubeObject[] {
  const app = new App();
  const chart = new Chart(app, 'test', props);
  build(chart);
  const objects: KubeObject[] = chart.toJson();
  for (const object of objects) expectValid(object);
  return objects;
}

export function expectValid(object: KubeObject): void {
  const problems = [...schemaProblems(object), ...podProblems(object)];
  if (problems.length > 0) throw new Error(`${object.kind} ${object.metadata.name}:\n${problems.join('\n')}`);
}

function podProblems(object: KubeObject): string[] {
  const pod = podOf(object);
  if (!pod) return [];
  return [...podSecurityProblems(pod.spec, pod.metadata.annotations), ...podBoundsProblems(pod.spec)];
}

/** The pod that a workload makes, of whatever kind it is; undefined for other objects. */
export function podOf(object: KubeObject): JobSpec['template'] | undefined {
  if (object.kind === 'Pod') return object as unknown as JobSpec['template'];
  const { template, jobTemplate } = (object.spec ?? {}) as Partial<JobSpec> & {
    readonly jobTemplate?: { readonly spec: JobSpec };
  };
  const found = jobTemplate?.spec.template ?? template;
  return found && 'spec' in found && 'containers' in found.spec ? found : undefined;
}

export function jobSpec(object: KubeObject): JobSpec {
  return object.spec as JobSpec;
}

/** The only object of a kind. */
export function only(objects: readonly KubeObject[], kind: string): KubeObject {
  const found = objects.filter((object) => object.kind === kind);
  const [object] = found;
  if (found.length !== 1 || !object) throw new Error(`expected one ${kind}, found ${found.length}`);
  return object;
}

/** The pod's containers, the init container first. */
export function containersOf(job: KubeObject): KubeContainer[] {
  const { initContainers = [], containers } = jobSpec(job).template.spec;
  return [...initContainers, ...containers];
}

/** Plain values of a container's variables. */
export function envOf(container: KubeContainer | undefined): Record<string, string | undefined> {
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
}

/**
 * A migrations folder `0000_first`, `0001_second`, `0002_third`, each with a rollback script; removed by the
 * callback's end.
 */
export function withMigrationsFolder<T>(
  use: (folder: string) => T,
  tags = ['0000_first', '0001_second', '0002_third'],
): T {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-'));
  try {
    mkdirSync(join(folder, 'meta'));
    mkdirSync(join(folder, 'rollback'));
    const entries = tags.map((tag, idx) => ({
      idx,
      version: '7',
      when: 1_700_000_000_000 + idx,
      tag,
      breakpoints: true,
    }));
    writeFileSync(
      join(folder, 'meta', '_journal.json'),
      JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
    );
    for (const [index, tag] of tags.entries()) {
      writeFileSync(join(folder, `${tag}.sql`), `CREATE TABLE t${index} (id int);\n`);
      writeFileSync(join(folder, 'rollback', `${tag.slice(0, 4)}_rollback.sql`), `DROP TABLE t${index};\n`);
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The required props of a Job, with values that need nothing from this machine. */
export function minimalJobProps() {
  return {
    image: 'registry.example.com/team/app:1.4.2',
    credentials: DatabaseCredentials.fromUrlSecret('db-login'),
    migrations: MigrationSource.fromImage(),
  };
}

export function minimalEndpoint(): DatabaseEndpoint {
  return DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')] });
}

/** The lines of the error that `action` throws; fails when it throws none. */
export function problemsOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  throw new Error('expected a refusal, but there was none');
}

import { join } from 'node:path';
import type { KubernetesObject, V1Container, V1Job } from '@kubernetes/client-node';
import type { Cluster, ObjectRef, Selection } from '../../cli/src/cluster/client/cluster';
import type { FollowOptions, FollowTarget } from '../../cli/src/cluster/follow/follow-options';
import type { JobResult } from '../../cli/src/cluster/follow/job-result';
import { parseEvent } from '../../cli/src/cluster/follow/parse-line';
import { readObjects } from '../../cli/src/cluster/short-job/read-objects';
import type { ShortJobContext } from '../../cli/src/cluster/short-job/run-short-job';
import type { LogEvent } from '../../runner/src/report/render-event';
import { runRunner } from '../support/runner';
import { ROOT } from '../support/synth-main';

export const MIGRATION_FILE = join(ROOT, 'dist', 'db-migration.yaml');
export const ROLLBACK_FILE = join(ROOT, 'dist', 'manual', 'db-rollback.yaml');

/** The one Job of a manifest. */
export function jobOf(file: string): V1Job {
  return readObjects(file).find(({ kind }) => kind === 'Job') as V1Job;
}

/** As the cluster gives a Job back: with what its controller has written. */
export function asLive(job: V1Job, uid: string, createdAt: string): V1Job {
  const written = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': 'x',
    'job-name': 'x',
  };
  const live = structuredClone(job);
  Object.assign(live.metadata ?? {}, { uid, creationTimestamp: createdAt, resourceVersion: '1' });
  if (live.spec?.template.metadata) {
    live.spec.template.metadata.labels = { ...live.spec.template.metadata.labels, ...written };
    live.spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  }
  return live;
}

/** Objects in memory, with what was asked of them; it knows nothing of what Kubernetes does with a Job. */
export class ObjectsInMemory {
  readonly calls: string[] = [];
  readonly applied: KubernetesObject[] = [];
  private count = 0;

  constructor(readonly objects: KubernetesObject[] = []) {}

  readonly cluster = {
    namespace: 'shop',
    context: 'test',
    server: 'https://127.0.0.1:1',
    userName: async () => 'alice@example.com',
    read: async (ref: ObjectRef) => this.find(ref),
    list: async ({ kind, labelSelector = '' }: Selection) =>
      this.objects.filter((object) => object.kind === kind && matches(object, labelSelector)),
    apply: async (object: KubernetesObject) => {
      this.count += 1;
      const made = structuredClone(object);
      made.metadata = {
        ...made.metadata,
        uid: `uid-${this.count}`,
        namespace: object.metadata?.namespace ?? 'shop',
      };
      this.remember('apply', object.kind, object.metadata?.name);
      this.applied.push(made);
      this.objects.push(made);
      return made;
    },
    remove: async ({ kind, name, uid }: ObjectRef & { uid: string }) => {
      this.remember('remove', kind, name);
      const at = this.objects.findIndex(({ metadata }) => metadata?.uid === uid);
      if (at >= 0) this.objects.splice(at, 1);
    },
  } as unknown as Cluster;

  job(name: string): V1Job | undefined {
    return this.applied.find(({ kind, metadata }) => kind === 'Job' && metadata?.name === name) as
      | V1Job
      | undefined;
  }

  private find({ kind, name }: ObjectRef): KubernetesObject | undefined {
    return this.objects.find((object) => object.kind === kind && object.metadata?.name === name);
  }

  private remember(verb: string, kind = '', name = ''): void {
    this.calls.push(`${verb} ${kind} ${name.replace(/-[0-9a-f]{8}$/, '')}`);
  }
}

function matches({ metadata }: KubernetesObject, selector: string): boolean {
  const labels = metadata?.labels ?? {};
  return selector.split(',').every((term) => {
    if (term === '') return true;
    if (term.startsWith('!')) return !(term.slice(1) in labels);
    const [key = '', value] = term.split('=');
    return labels[key] === value;
  });
}

export interface Told {
  stdout: string;
  stderr: string;
}

/**
 * Runs commands as in a cluster whose pods reach this database and have this folder in their image: each container of a Job
 * is the runner's own process, with the environment of the manifest.
 */
export function inMemoryContext(
  memory: ObjectsInMemory,
  environment: Readonly<Record<string, string>>,
  format: 'json' | 'text' = 'text',
): { context: ShortJobContext; told: Told } {
  const told = { stdout: '', stderr: '' };
  const follow = async (_cluster: Cluster, target: FollowTarget, { printer }: FollowOptions) => {
    const job = memory.job(target.name);
    const { initContainers = [], containers = [] } = job?.spec?.template.spec ?? {};
    const events: LogEvent[] = [];
    printer.attempt(1, `${target.name}-pod`);
    let exitCode = 0;
    for (const container of [...initContainers, ...containers]) {
      printer.container(container.name);
      const ended = await runRunner({
        args: container.args ?? [],
        env: { ...variablesOf(container), ...environment },
      });
      // A pod's log is both streams in one.
      for (const line of `${ended.stdout}${ended.stderr}`.trimEnd().split('\n')) {
        const event = parseEvent(line);
        if (event) {
          events.push(event);
          printer.event(event);
        } else if (line !== '') printer.line(line);
      }
      exitCode = ended.code ?? 137;
      if (exitCode !== 0) break;
    }
    return {
      ...target,
      outcome: exitCode === 0 ? 'succeeded' : 'failed',
      exitCode,
      events,
    } as unknown as JobResult;
  };
  const context = {
    ...{ cluster: memory.cluster, follow, format, signal: new AbortController().signal },
    stdout: (text: string) => {
      told.stdout += text;
    },
    stderr: (text: string) => {
      told.stderr += text;
    },
  };
  return { context, told };
}

function variablesOf({ env = [] }: V1Container): Record<string, string> {
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

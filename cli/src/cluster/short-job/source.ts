import { existsSync } from 'node:fs';
import type { KubernetesObject, V1Job } from '@kubernetes/client-node';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { gateKindOf as gateKindIn } from '../apply/gate-kind';
import type { ManifestObject } from '../apply/manifest-object';
import type { Cluster } from '../client/cluster';
import { type GateKind, gateKindOf, instanceOf, mainContainerOf } from '../gate-job';
import { newestGate } from './newest-gate';
import { readObjects } from './read-objects';

/** Which Job is the model for another one. */
export interface SourceOptions {
  /** A manifest; without it those that were synthesized here, else what is in the cluster. */
  readonly file?: string | undefined;
  /** The newest Job of the cluster, whatever was synthesized here. */
  readonly live?: boolean | undefined;
  /** Which of several databases. */
  readonly instance?: string | undefined;
  /** The namespace that a person has chosen. */
  readonly namespace?: string | undefined;
}

/** A gate's Job, and what stands beside it in its manifest. */
export interface Source {
  readonly job: V1Job;
  readonly kind: GateKind;
  /** Where the Job runs. */
  readonly namespace: string;
  /** Other objects of the manifest; none when the Job is the cluster's. */
  readonly objects: readonly KubernetesObject[];
  /** Whether the Job is the cluster's, with what the cluster has written into it. */
  readonly isLive: boolean;
  /** For people. */
  readonly from: string;
}

const MIGRATION_FILE = 'dist/db-migration.yaml';
const ROLLBACK_FILE = 'dist/manual/db-rollback.yaml';

/**
 * Finds the Job from which another one is made.
 *
 * @throws GateError: 64 when several are meant, 78 when the manifest has none, 87 when the cluster has none.
 */
export async function findSource(
  cluster: Cluster,
  options: SourceOptions,
  wanted: GateKind = 'migration',
): Promise<Source> {
  if (options.file !== undefined) return fromFile(cluster, options.file, options, wanted);
  for (const file of options.live ? [] : synthesizedFiles(wanted)) {
    // Another database's manifest is no reason to refuse: nobody has named it.
    if (gatesOf(readObjects(file), options).length > 0) return fromFile(cluster, file, options, wanted);
  }
  // The same place as without --live, and as `logs`.
  const namespace = options.namespace ?? synthesizedNamespace() ?? cluster.namespace;
  const job = await newestGate(cluster, { namespace, instance: options.instance });
  return {
    ...{ job, kind: gateKindOf(job) ?? 'migration', objects: [], isLive: true },
    namespace: job.metadata?.namespace ?? namespace,
    from: `Job ${job.metadata?.name} in the cluster`,
  };
}

function synthesizedFiles(wanted: GateKind): string[] {
  const files = wanted === 'rollback' ? [ROLLBACK_FILE, MIGRATION_FILE] : [MIGRATION_FILE];
  return files.filter((file) => existsSync(file));
}

function fromFile(cluster: Cluster, file: string, options: SourceOptions, wanted: GateKind): Source {
  const { instance, namespace } = options;
  const objects = readObjects(file);
  const gates = gatesOf(objects, options);
  const candidates = gates.some(({ kind }) => kind === wanted)
    ? gates.filter(({ kind }) => kind === wanted)
    : gates;
  const [found, ...more] = candidates;
  const which = instance === undefined ? '' : ` of the instance ${JSON.stringify(instance)}`;
  if (!found) {
    throw new GateError('CONFIG', `${file} has no Job of a migration or rollback${which}`, {
      remedy: 'give the manifest that has it with --file, or take the newest Job of the cluster with --live',
    });
  }
  if (more.length > 0) {
    const instances = candidates.map(({ job }) => instanceOf(job) ?? '(none)').join(', ');
    throw new GateError('USAGE', `${file} has ${candidates.length} Jobs of migrations: ${instances}`, {
      remedy: 'choose the database with --instance',
    });
  }
  return {
    ...found,
    namespace: namespaceOf(found.job, file, namespace) ?? cluster.namespace,
    objects: objects.filter(({ kind }) => kind !== 'Job'),
    isLive: false,
    from: file,
  };
}

/** The gates among the objects of a manifest, of the database that is meant. */
function gatesOf(
  objects: readonly ManifestObject[],
  { instance }: Pick<SourceOptions, 'instance'> = {},
): { job: V1Job; kind: GateKind }[] {
  return objects.flatMap((object) => {
    const [job, kind] = [object as V1Job, gateKindIn(object)];
    const isMeant = instance === undefined || instanceOf(job) === instance;
    return kind === undefined || !isMeant ? [] : [{ job, kind }];
  });
}

/** As kubectl has it: a namespace that was chosen and another one in the manifest are a mistake. */
function namespaceOf(job: V1Job, file: string, chosen: string | undefined): string | undefined {
  const own = job.metadata?.namespace;
  if (own === undefined || chosen === undefined || own === chosen) return own;
  throw new GateError(
    'USAGE',
    `the Job of ${file} is in the namespace ${JSON.stringify(own)}, not in ${JSON.stringify(chosen)}`,
    { remedy: `leave --namespace out, or give --namespace ${own}` },
  );
}

/** The namespace of what was synthesized here, as far as that names one: where other commands look as well. */
export function synthesizedNamespace(): string | undefined {
  return existsSync(MIGRATION_FILE)
    ? gatesOf(readObjects(MIGRATION_FILE)).find(({ kind }) => kind === 'migration')?.job.metadata?.namespace
    : undefined;
}

/** The image of a source, for people. */
export function imageOf({ job }: Pick<Source, 'job'>): string {
  return mainContainerOf(job)?.image ?? '';
}

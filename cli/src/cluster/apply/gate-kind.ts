import type { V1Job } from '@kubernetes/client-node';
import { ContainerName } from '../../../../core/contract';
import type { ManifestObject } from './manifest-object';

export type GateKind = 'migration' | 'rollback';

const COMPONENT = 'app.kubernetes.io/component';
const ROLLBACK: ReadonlySet<string> = new Set([ContainerName.ROLLBACK, ContainerName.ROLLBACK_PREFLIGHT]);

/** The kind of a Job that changes the database; undefined for everything else. */
export function gateKindOf(object: ManifestObject): GateKind | undefined {
  if (object.kind !== 'Job' || !object.apiVersion.startsWith('batch/')) return undefined;
  const { metadata, spec } = object as V1Job;
  const labels = { ...spec?.template?.metadata?.labels, ...metadata?.labels };
  if (labels[COMPONENT] !== 'database-migration') return undefined;
  const containers = spec?.template?.spec?.containers ?? [];
  return containers.some(({ name }) => ROLLBACK.has(name)) ? 'rollback' : 'migration';
}

import type { V1Job } from '@kubernetes/client-node';
import { type GateKind, gateKindOf as kindOfJob } from '../gate-job';
import type { ManifestObject } from './manifest-object';

/** The kind of a Job that changes the database; undefined for everything else. */
export function gateKindOf(object: ManifestObject): GateKind | undefined {
  const isJob = object.kind === 'Job' && object.apiVersion.startsWith('batch/');
  return isJob ? kindOfJob(object as V1Job) : undefined;
}

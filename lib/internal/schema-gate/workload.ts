import { ApiObject } from 'cdk8s';
import type { AbstractPod } from 'cdk8s-plus-28';

const TEMPLATE = '/spec/template/spec';
/** Where the pod stands in the manifest of each kind. */
const POD_PATHS: { readonly [kind: string]: string } = {
  Pod: '/spec',
  CronJob: `/spec/jobTemplate${TEMPLATE}`,
  ...Object.fromEntries(['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].map((kind) => [kind, TEMPLATE])),
};

export const WORKLOAD_KINDS = Object.keys(POD_PATHS);

/** Kind of the wrapped object; undefined where it is no workload. In plain JavaScript anything can be given. */
export function workloadKind(workload: AbstractPod): string | undefined {
  if (typeof workload?.addInitContainer !== 'function') return undefined;
  const { kind } = ApiObject.of(workload);
  return kind in POD_PATHS ? kind : undefined;
}

export function podPath(workload: AbstractPod): string {
  return POD_PATHS[ApiObject.of(workload).kind] ?? TEMPLATE;
}

/** Names of the volumes that the workload has so far, mounted or not. */
export function volumeNames(workload: AbstractPod): Set<string> {
  const containers = [...workload.containers, ...workload.initContainers];
  const mounted = containers.flatMap(({ mounts }) => mounts.map(({ volume }) => volume));
  return new Set([...workload.volumes, ...mounted].map(({ name }) => name));
}

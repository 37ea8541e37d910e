import type { KubeContainer, PodSpec } from './synth';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * Where a pod would be refused in a namespace with a ResourceQuota, or could take more of its node than it says: each
 * container needs a request and a limit of each resource, each emptyDir a size. A limit alone is the request too.
 */
export function podBoundsProblems(pod: PodSpec): string[] {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  const emptyDirs = (pod.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined);
  return [
    ...containers.flatMap(boundProblems),
    ...emptyDirs
      .filter(({ emptyDir }) => (emptyDir as { sizeLimit?: string }).sizeLimit === undefined)
      .map(({ name }) => `the emptyDir ${name} has no sizeLimit`),
  ];
}

function boundProblems({ name, resources: { requests, limits } = {} }: KubeContainer): string[] {
  const bounds = { requests: { ...limits, ...requests }, limits: { ...limits } };
  return Object.entries(bounds).flatMap(([bound, given]) =>
    RESOURCES.filter((resource) => given[resource] === undefined).map(
      (resource) => `${name}: no ${bound} of ${resource}`,
    ),
  );
}

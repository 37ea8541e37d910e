import type { EngineName } from './engine';
import type { ContainerPlan, PodPlan } from './pod-plan';

export interface Place {
  /** Name of the container for the engine. */
  readonly name: string;
  readonly network: 'host' | 'none';
  /** Folders of the volumes that are files. */
  readonly volumes: Readonly<Record<string, string>>;
  /** File that stands for what Kubernetes reads when the container has ended. */
  readonly terminationFile: string;
}

/** Not of the manifest: a test that goes wrong must not take the machine along. */
const PIDS_LIMIT = '100';

/** The arguments of `create` for a container of a pod. No secret is among them. */
export function createArguments(
  plan: ContainerPlan,
  pod: PodPlan,
  engine: EngineName,
  place: Place,
): string[] {
  const [entrypoint, ...words] = plan.command ?? [];
  const mount = (...options: string[]) => ['--mount', options.join(',')];
  const mounts = plan.mounts.flatMap(({ volume: name, path, readOnly }) => {
    const volume = pod.volumes[name];
    if (!volume) throw new Error(`${plan.name} mounts ${name}, which the pod has not`);
    if (volume.kind === 'memory') {
      const size = volume.bytes === undefined ? [] : [`tmpfs-size=${volume.bytes}`];
      return mount('type=tmpfs', `destination=${path}`, ...size, 'tmpfs-mode=1777');
    }
    const options = readOnly ? ['readonly'] : [];
    return mount('type=bind', `source=${place.volumes[name]}`, `destination=${path}`, ...options);
  });
  return [
    ...['create', '--name', place.name, '--pull=never', '--network', place.network],
    ...['--stop-timeout', String(pod.graceSeconds), '--pids-limit', PIDS_LIMIT],
    ...plan.flags,
    // podman would put writable folders into a root that is read-only; Kubernetes does not.
    ...(engine === 'podman' && plan.readOnlyRoot ? ['--read-only-tmpfs=false'] : []),
    ...mounts,
    ...mount('type=bind', `source=${place.terminationFile}`, `destination=${plan.terminationPath}`),
    ...Object.entries(plan.env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.keys(plan.secretEnv).flatMap((name) => ['--env', name]),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    plan.image,
    ...words,
    ...plan.args,
  ];
}

import { Path } from '../../../core/contract';
import { Fields } from './fields';
import { planEnv } from './plan-env';
import { type PodSecurity, podSecurity, resourceFlags, securityFlags } from './plan-security';
import { planVolume } from './plan-volume';
import type { Cluster, ContainerPlan, MountPlan, PodPlan } from './pod-plan';

const NO_COUNTERPART = {
  serviceAccountName: 'there is no API server',
  imagePullSecrets: 'the image is here',
  nodeSelector: 'there is one node',
  tolerations: 'there is one node',
  priorityClassName: 'there is no other pod',
};

/**
 * What a container engine must do to run the pod of a Job as kubelet would.
 *
 * @throws Error for every field that this does not know, so that no field of the manifests is tested by accident only.
 */
export function planPod(spec: unknown, cluster: Cluster): PodPlan {
  const pod = new Fields('spec', spec);
  pod.skip(NO_COUNTERPART);
  pod.only('automountServiceAccountToken', false);
  pod.only('enableServiceLinks', false);
  pod.only('setHostnameAsFQDN', false);
  pod.only('dnsPolicy', 'ClusterFirst');
  pod.only('restartPolicy', 'Never');
  const security = podSecurity(pod.inner('securityContext'));
  const plan = {
    containers: [
      ...pod.list('initContainers').map((each) => planContainer(each, 'init', security, cluster)),
      ...pod.list('containers').map((each) => planContainer(each, 'main', security, cluster)),
    ],
    volumes: Object.fromEntries(
      pod.list('volumes').map((volume) => {
        const name = volume.need<string>('name');
        return [name, planVolume(volume, name, cluster)];
      }),
    ),
    fsGroup: security.fsGroup,
    graceSeconds: pod.take<number>('terminationGracePeriodSeconds') ?? 30,
  };
  pod.end();
  return plan;
}

function planContainer(
  container: Fields,
  kind: 'init' | 'main',
  pod: PodSecurity,
  cluster: Cluster,
): ContainerPlan {
  container.skip({
    imagePullPolicy: 'the image is here',
    ports: 'containers share the network of the machine',
  });
  container.only('terminationMessagePolicy', 'FallbackToLogsOnError');
  container.only('workingDir', undefined);
  const restart = container.take<string>('restartPolicy');
  if (restart !== undefined && (restart !== 'Always' || kind !== 'init')) {
    throw new Error(`restartPolicy ${restart} of a container: the container test does not know it`);
  }
  const { flags, readOnlyRoot } = securityFlags(container.inner('securityContext'), pod);
  const plan: ContainerPlan = {
    name: container.need('name'),
    kind: restart === 'Always' ? 'sidecar' : kind,
    image: container.need('image'),
    command: container.take('command'),
    args: container.take('args') ?? [],
    ...planEnv(container, cluster),
    flags: [...flags, ...resourceFlags(container.inner('resources'))],
    readOnlyRoot,
    mounts: container.list('volumeMounts').map(planMount),
    terminationPath: container.take('terminationMessagePath') ?? Path.TERMINATION_LOG,
  };
  container.end();
  return plan;
}

function planMount(mount: Fields): MountPlan {
  const plan = {
    volume: mount.need<string>('name'),
    path: mount.need<string>('mountPath'),
    readOnly: mount.take<boolean>('readOnly') ?? false,
  };
  mount.end();
  return plan;
}

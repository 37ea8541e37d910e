import type { FollowTarget } from './follow-options';
import type { StuckKind } from './job-result';

const HELP: Record<StuckKind, string> = {
  image: 'push the image, correct its name, or give the pod imagePullSecrets',
  config: 'create the Secret or ConfigMap, or the key in it, that is missing',
  volume: 'create the Secret, ConfigMap or claim that the volume needs',
  admission:
    'change what refuses the pod (Pod Security level, quota, limits or webhook of the namespace), or the manifest',
  scheduling:
    'add or free a node that fits, or change what the pod asks for (requests, nodeSelector, tolerations)',
  container: 'correct command and image of the container, or what it needs to start',
  sandbox: 'ask who runs the cluster: the node can not set up the pod (network, runtime or volumes)',
};

/** What is to be corrected where a Job is stuck. */
export function helpFor(kind: StuckKind): string {
  return HELP[kind];
}

/**
 * What to do about a Job that is stuck. It is still there and starts by itself once nothing is missing, so both ways out are
 * told; where only another manifest helps, `isFinal`, there is one.
 */
export function remedyFor(kind: StuckKind, target: FollowTarget, isFinal: boolean): string {
  if (isFinal) {
    return `correct the name of the image and deploy again; take this Job away: ${deleteCommand(target)}`;
  }
  return (
    `${HELP[kind]}; the Job then starts by itself, and the same deploy joins it. ` +
    `If it must not start any more: ${deleteCommand(target)}`
  );
}

/** How a person takes the Job away. */
export function deleteCommand({ namespace, name }: FollowTarget): string {
  return `kubectl delete job ${name} --namespace ${namespace}`;
}

/** How a person goes on following. */
export function followCommand({ namespace, name }: FollowTarget): string {
  return `drizzle-gate logs ${name} --follow --namespace ${namespace}`;
}

import type { KubeContainer, PodSpec } from './synth';

const ALLOWED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const SECCOMP = ['RuntimeDefault', 'Localhost'];

/**
 * The *restricted* Pod Security Standard (which includes *baseline*), written out: what a pod violates, by
 * field.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityProblems(pod: PodSpec): string[] {
  const problems: string[] = [];
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) {
    if (pod[field]) problems.push(`${field} must not be true`);
  }
  for (const volume of pod.volumes ?? []) {
    const kinds = Object.keys(volume).filter((key) => key !== 'name');
    if (!kinds.every((kind) => ALLOWED_VOLUMES.includes(kind)))
      problems.push(`volume ${kinds} is not allowed`);
  }
  const own = pod.securityContext ?? {};
  if (own.runAsNonRoot === false) problems.push('runAsNonRoot of the pod must not be false');
  if (own.runAsUser === 0) problems.push('runAsUser of the pod must not be 0');
  if (own.seccompProfile && !SECCOMP.includes(own.seccompProfile.type)) {
    problems.push('seccompProfile of the pod must be RuntimeDefault or Localhost');
  }
  if (own.sysctls?.length) problems.push('sysctls are not needed and may be unsafe');
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    problems.push(...containerProblems(pod, container).map((problem) => `${container.name}: ${problem}`));
  }
  return problems;
}

function containerProblems(pod: PodSpec, container: KubeContainer): string[] {
  const problems: string[] = [];
  const own = container.securityContext ?? {};
  if (own.privileged) problems.push('must not be privileged');
  if (own.allowPrivilegeEscalation !== false) problems.push('allowPrivilegeEscalation must be false');
  if ((own.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) !== true)
    problems.push('runAsNonRoot must be true');
  if (own.runAsUser === 0) problems.push('runAsUser must not be 0');
  const seccomp = own.seccompProfile ?? pod.securityContext?.seccompProfile;
  if (!seccomp || !SECCOMP.includes(seccomp.type))
    problems.push('seccompProfile must be RuntimeDefault or Localhost');
  if (!own.capabilities?.drop?.includes('ALL')) problems.push('capabilities must drop ALL');
  if (own.capabilities?.add?.some((capability) => capability !== 'NET_BIND_SERVICE')) {
    problems.push('capabilities may add only NET_BIND_SERVICE');
  }
  if (container.ports?.some(({ hostPort }) => hostPort)) problems.push('hostPort must not be set');
  return problems;
}

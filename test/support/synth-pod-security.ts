import type { KubeContainer, KubeSecurityContext, PodSpec } from './synth';
import { containerProblems } from './synth-pod-security-container';

type Annotations = Readonly<Record<string, string>>;

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];
const PROFILES = ['RuntimeDefault', 'Localhost'];
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/**
 * Every rule of the *restricted* Pod Security Standard (which includes *baseline*) of Kubernetes 1.36: what a pod
 * violates, by field. The exemptions for Windows and for user namespaces are left out, so that this is the stricter
 * one.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityProblems(pod: PodSpec, annotations: Annotations = {}): string[] {
  const own = pod.securityContext ?? {};
  return [
    ...(['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter((field) => pod[field])
      .map((field) => `${field} must not be true`),
    ...appArmorAnnotationProblems(annotations),
    ...volumeProblems(pod),
    ...(own.sysctls ?? [])
      .filter(({ name }) => !SYSCTLS.includes(name))
      .map(({ name }) => `the sysctl ${name} is not allowed`),
    ...contextProblems(own).map((problem) => `pod: ${problem}`),
    ...allContainers(pod).flatMap((container) =>
      [...contextProblems(container.securityContext ?? {}), ...containerProblems(pod, container)].map(
        (problem) => `${container.name}: ${problem}`,
      ),
    ),
  ];
}

function allContainers(pod: PodSpec): KubeContainer[] {
  return [...(pod.initContainers ?? []), ...pod.containers, ...(pod.ephemeralContainers ?? [])];
}

/** What neither a pod nor a container may ask for. */
function contextProblems(own: KubeSecurityContext): string[] {
  const { type = '', user = '', role = '' } = own.seLinuxOptions ?? {};
  const rules: [boolean, string][] = [
    [own.runAsNonRoot === false, 'runAsNonRoot must not be false'],
    [own.runAsUser === 0, 'runAsUser must not be 0'],
    [isOther(own.seccompProfile), 'seccompProfile must be RuntimeDefault or Localhost'],
    [isOther(own.appArmorProfile), 'appArmorProfile must be RuntimeDefault or Localhost'],
    [!SELINUX_TYPES.includes(type), `the SELinux type ${type} is not allowed`],
    [user !== '' || role !== '', 'the SELinux user and role must not be set'],
    [own.windowsOptions?.hostProcess === true, 'hostProcess must not be true'],
  ];
  return rules.filter(([violated]) => violated).map(([, problem]) => problem);
}

function isOther(profile: { readonly type: string } | undefined): boolean {
  return profile !== undefined && !PROFILES.includes(profile.type);
}

function appArmorAnnotationProblems(annotations: Annotations): string[] {
  return Object.entries(annotations)
    .filter(([key]) => key.startsWith(APPARMOR))
    .filter(([, value]) => value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'))
    .map(([key]) => `the annotation ${key} must be runtime/default or localhost/*`);
}

function volumeProblems(pod: PodSpec): string[] {
  return (pod.volumes ?? []).flatMap(({ name, ...source }) => {
    const kinds = Object.keys(source);
    if (kinds.length === 1 && kinds.every((kind) => VOLUMES.includes(kind))) return [];
    return [`the volume ${name} is of the kind ${kinds.join(', ')}, which is not allowed`];
  });
}

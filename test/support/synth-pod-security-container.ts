import type { KubeContainer, PodSpec } from './synth';

/** What a container of a *restricted* pod must have, or must not have, besides its securityContext's common part. */
export function containerProblems(pod: PodSpec, container: KubeContainer): string[] {
  const own = container.securityContext ?? {};
  const { drop = [], add = [] } = own.capabilities ?? {};
  const rules: [boolean, string][] = [
    [own.privileged === true, 'must not be privileged'],
    [own.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation must be false'],
    [(own.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) === undefined, 'runAsNonRoot must be true'],
    [
      (own.seccompProfile ?? pod.securityContext?.seccompProfile) === undefined,
      'seccompProfile must be set, here or for the pod',
    ],
    [!drop.includes('ALL'), 'capabilities must drop ALL'],
    [add.some((capability) => capability !== 'NET_BIND_SERVICE'), 'may add only NET_BIND_SERVICE'],
    [(own.procMount ?? 'Default') !== 'Default', 'procMount must be Default'],
    [(container.ports ?? []).some(({ hostPort }) => (hostPort ?? 0) !== 0), 'hostPort must not be set'],
    [hostsOf(container).some((host) => host !== ''), 'a probe or hook must not name a host'],
  ];
  return rules.filter(([violated]) => violated).map(([, problem]) => problem);
}

function hostsOf(container: KubeContainer): string[] {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
  return handlers.flatMap((handler) => [handler?.httpGet?.host ?? '', handler?.tcpSocket?.host ?? '']);
}

import type { Fields } from './fields';
import { quantity } from './quantity';

/** The part of a pod's security context that its containers inherit. */
export interface PodSecurity {
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly runAsNonRoot: boolean | undefined;
  readonly seccomp: string | undefined;
  readonly groups: readonly number[];
  readonly fsGroup: number | undefined;
}

export function podSecurity(context: Fields): PodSecurity {
  const fsGroup = context.take<number>('fsGroup');
  context.skip({ fsGroupChangePolicy: 'the volumes are made anew' });
  const security = {
    ...identity(context),
    fsGroup,
    groups: [
      ...(context.take<number[]>('supplementalGroups') ?? []),
      ...(fsGroup === undefined ? [] : [fsGroup]),
    ],
  };
  context.end();
  return security;
}

function identity(context: Fields) {
  const profile = context.inner('seccompProfile');
  const seccomp = profile.take<string>('type');
  profile.end();
  return {
    runAsUser: context.take<number>('runAsUser'),
    runAsGroup: context.take<number>('runAsGroup'),
    runAsNonRoot: context.take<boolean>('runAsNonRoot'),
    seccomp,
  };
}

/** The engine's flags for a security context. What it leaves out is as loose as Kubernetes leaves it. */
export function securityFlags(context: Fields, pod: PodSecurity): { flags: string[]; readOnlyRoot: boolean } {
  const own = identity(context);
  const user = own.runAsUser ?? pod.runAsUser;
  const group = own.runAsGroup ?? pod.runAsGroup;
  if ((own.runAsNonRoot ?? pod.runAsNonRoot) && user === 0)
    throw new Error('runAsNonRoot, but the user is 0');
  context.only('privileged', false);
  const capabilities = context.inner('capabilities');
  const readOnlyRoot = context.take<boolean>('readOnlyRootFilesystem') ?? false;
  const flags = [
    ...(user === undefined ? [] : ['--user', group === undefined ? `${user}` : `${user}:${group}`]),
    ...pod.groups.flatMap((each) => ['--group-add', String(each)]),
    ...(capabilities.take<string[]>('drop') ?? []).flatMap((each) => ['--cap-drop', each]),
    ...(capabilities.take<string[]>('add') ?? []).flatMap((each) => ['--cap-add', each]),
    ...(context.take('allowPrivilegeEscalation') === false ? ['--security-opt', 'no-new-privileges'] : []),
    ...seccompFlags(own.seccomp ?? pod.seccomp),
    ...(readOnlyRoot ? ['--read-only'] : []),
  ];
  capabilities.end();
  context.end();
  return { flags, readOnlyRoot };
}

/** The engine's own default is what Kubernetes calls RuntimeDefault; without a profile Kubernetes filters nothing. */
function seccompFlags(type: string | undefined): string[] {
  if (type === 'RuntimeDefault') return [];
  if (type === undefined || type === 'Unconfined') return ['--security-opt', 'seccomp=unconfined'];
  throw new Error(`seccompProfile ${type}: the container test does not know it`);
}

export function resourceFlags(resources: Fields): string[] {
  const [limits, requests] = [resources.inner('limits'), resources.inner('requests')];
  const [cpu, memory] = [limits.take<string>('cpu'), limits.take<string>('memory')];
  for (const each of [limits, requests]) {
    each.skip({ 'ephemeral-storage': 'kubelet evicts the pod, no engine has a counterpart' });
  }
  requests.skip({ cpu: 'for the scheduler', memory: 'for the scheduler, and sets no limit' });
  for (const each of [limits, requests, resources]) each.end();
  const bytes = memory === undefined ? undefined : String(quantity(memory));
  return [
    ...(cpu === undefined ? [] : ['--cpus', String(quantity(cpu))]),
    // A container has no swap in Kubernetes either.
    ...(bytes === undefined ? [] : ['--memory', bytes, '--memory-swap', bytes]),
  ];
}

import { MigrationJob } from '../../lib';
import { podBoundsProblems } from '../support/pod-bounds';
import { jobSpec, minimalJobProps, only, synthChart } from '../support/synth';
import { podSecurityProblems } from '../support/synth-pod-security';

// biome-ignore lint/suspicious/noExplicitAny: the changes are deliberately of the wrong shape.
type Loose = any;
type Change = (pod: Loose, annotations: Record<string, string>) => void;

/** A change of the securityContext of the pod, and of a container. */
const both = (what: string, problem: string, values: object): [string, string, Change][] => [
  [`${what} of the pod`, `pod: ${problem}`, (pod) => Object.assign(pod.securityContext, values)],
  [what, `migrate: ${problem}`, (pod) => Object.assign(pod.containers[0].securityContext, values)],
];
const container = (
  what: string,
  problem: string,
  change: (container: Loose) => void,
): [string, string, Change] => [what, `migrate: ${problem}`, (pod) => change(pod.containers[0])];
const isNoProfile = 'must be RuntimeDefault or Localhost';

/** One case for each rule of the standard, in the order of Kubernetes' own checks. */
const VIOLATIONS: [string, string, Change][] = [
  ...both('AppArmor', `appArmorProfile ${isNoProfile}`, { appArmorProfile: { type: 'Unconfined' } }),
  [
    'AppArmor by annotation',
    'must be runtime/default or localhost/*',
    (_pod, annotations) => {
      annotations['container.apparmor.security.beta.kubernetes.io/migrate'] = 'unconfined';
    },
  ],
  ...['hostNetwork', 'hostPID', 'hostIPC'].map((field): [string, string, Change] => [
    field,
    `${field} must not be true`,
    (pod) => {
      pod[field] = true;
    },
  ]),
  container('a host port', 'hostPort must not be set', (own) => {
    own.ports = [{ hostPort: 80 }];
  }),
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((probe) =>
    container(`the host of a ${probe}`, 'a probe or hook must not name a host', (own) => {
      own[probe] = { httpGet: { host: '169.254.169.254', port: 80 } };
    }),
  ),
  ...['postStart', 'preStop'].map((hook) =>
    container(`the host of ${hook}`, 'a probe or hook must not name a host', (own) => {
      own.lifecycle = { [hook]: { tcpSocket: { host: '10.0.0.1', port: 80 } } };
    }),
  ),
  container('privileged', 'must not be privileged', (own) => {
    own.securityContext.privileged = true;
  }),
  container('procMount', 'procMount must be Default', (own) => {
    own.securityContext.procMount = 'Unmasked';
  }),
  ...both('SELinux type', 'the SELinux type spc_t is not allowed', { seLinuxOptions: { type: 'spc_t' } }),
  ...both('SELinux user', 'the SELinux user and role must not be set', { seLinuxOptions: { user: 'u' } }),
  ...both('SELinux role', 'the SELinux user and role must not be set', { seLinuxOptions: { role: 'r' } }),
  [
    'sysctls',
    'the sysctl kernel.msgmax is not allowed',
    (pod) => {
      pod.securityContext.sysctls = [{ name: 'kernel.msgmax', value: '1' }];
    },
  ],
  ...both('hostProcess', 'hostProcess must not be true', { windowsOptions: { hostProcess: true } }),
  container('escalation', 'allowPrivilegeEscalation must be false', (own) => {
    delete own.securityContext.allowPrivilegeEscalation;
  }),
  container('capabilities kept', 'capabilities must drop ALL', (own) => {
    own.securityContext.capabilities.drop = ['NET_RAW'];
  }),
  container('capabilities added', 'may add only NET_BIND_SERVICE', (own) => {
    own.securityContext.capabilities.add = ['NET_BIND_SERVICE', 'NET_RAW'];
  }),
  ...['hostPath', 'nfs', 'gitRepo', 'iscsi'].map((kind): [string, string, Change] => [
    `a volume of the kind ${kind}`,
    `the volume x is of the kind ${kind}, which is not allowed`,
    (pod) => pod.volumes.push({ name: 'x', [kind]: {} }),
  ]),
  [
    'runAsNonRoot nowhere',
    'migrate: runAsNonRoot must be true',
    (pod) => {
      delete pod.containers[0].securityContext.runAsNonRoot;
      delete pod.securityContext.runAsNonRoot;
    },
  ],
  ...both('runAsNonRoot', 'runAsNonRoot must not be false', { runAsNonRoot: false }),
  ...both('root', 'runAsUser must not be 0', { runAsUser: 0 }),
  ...both('seccomp', `seccompProfile ${isNoProfile}`, { seccompProfile: { type: 'Unconfined' } }),
  [
    'no seccomp profile',
    'migrate: seccompProfile must be set, here or for the pod',
    (pod) => {
      delete pod.containers[0].securityContext.seccompProfile;
      delete pod.securityContext.seccompProfile;
    },
  ],
  [
    'a fault of an init container',
    'pre-flight-check: must not be privileged',
    (pod) => {
      pod.initContainers[0].securityContext.privileged = true;
    },
  ],
  [
    'a fault of an ephemeral container',
    'debug: must not be privileged',
    (pod) => {
      const securityContext = { ...pod.containers[0].securityContext, privileged: true };
      pod.ephemeralContainers = [{ name: 'debug', securityContext }];
    },
  ],
];

const ALLOWED: [string, Change][] = [
  [
    'AppArmor by annotation',
    (_pod, all) =>
      Object.assign(all, { 'container.apparmor.security.beta.kubernetes.io/x': 'localhost/own' }),
  ],
  ['AppArmor', (pod) => Object.assign(pod.securityContext, { appArmorProfile: { type: 'Localhost' } })],
  [
    'an SELinux type',
    (pod) => Object.assign(pod.securityContext, { seLinuxOptions: { type: 'container_t' } }),
  ],
  [
    'a safe sysctl',
    (pod) => Object.assign(pod.securityContext, { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] }),
  ],
  ['a volume of an image', (pod) => pod.volumes.push({ name: 'x', image: { reference: 'y' } })],
  [
    'one capability',
    (pod) => Object.assign(pod.containers[0].securityContext.capabilities, { add: ['NET_BIND_SERVICE'] }),
  ],
  ['seccomp at the pod only', (pod) => delete pod.containers[0].securityContext.seccompProfile],
  [
    'a probe without a host',
    (pod) => Object.assign(pod.containers[0], { startupProbe: { httpGet: { port: 80 } } }),
  ],
];

describe('the check of the restricted Pod Security Standard', () => {
  const job = only(
    synthChart((chart) => new MigrationJob(chart, 'Migration', minimalJobProps())),
    'Job',
  );
  const problemsAfter = (change: Change) => {
    const pod = structuredClone(jobSpec(job).template.spec);
    const annotations: Record<string, string> = {};
    change(pod, annotations);
    return podSecurityProblems(pod, annotations);
  };

  test('finds nothing in a Job as synthesized', () => {
    expect(problemsAfter(() => undefined)).toEqual([]);
  });

  test.each(VIOLATIONS)('finds %s', (_what, problem, change) => {
    expect(problemsAfter(change)).toEqual([expect.stringContaining(problem)]);
  });

  test.each(ALLOWED)('allows %s', (_what, change) => {
    expect(problemsAfter(change)).toEqual([]);
  });
});

describe('the check of bounds', () => {
  const job = only(
    synthChart((chart) => new MigrationJob(chart, 'Migration', minimalJobProps())),
    'Job',
  );
  const changed = (change: (pod: Loose) => void) => {
    const pod = structuredClone(jobSpec(job).template.spec);
    change(pod);
    return podBoundsProblems(pod);
  };

  test('finds nothing in a Job as synthesized', () => {
    expect(changed(() => undefined)).toEqual([]);
  });

  test.each<[string[], (pod: Loose) => void]>([
    [['migrate: no limits of memory'], (pod) => delete pod.containers[0].resources.limits.memory],
    [
      ['pre-flight-check: no requests of cpu', 'pre-flight-check: no limits of cpu'],
      ({ initContainers: [{ resources }] }) => {
        delete resources.requests.cpu;
        delete resources.limits.cpu;
      },
    ],
    [['the emptyDir tmp has no sizeLimit'], (pod) => delete pod.volumes[0].emptyDir.sizeLimit],
  ])('finds %j', (problems, change) => {
    expect(changed(change)).toEqual(problems);
  });

  test('takes a limit alone for the request too, as Kubernetes does', () => {
    expect(changed((pod) => delete pod.containers[0].resources.requests.cpu)).toEqual([]);
  });
});

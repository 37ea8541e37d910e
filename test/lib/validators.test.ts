import { MigrationJob } from '../../lib';
import { closedSchemaProblems, openSchemaProblems } from '../support/kubernetes-schema';
import { type KubeObject, minimalJobProps, only, synthChart } from '../support/synth';
import { podSecurityProblems } from '../support/synth-pod-security';

// biome-ignore lint/suspicious/noExplicitAny: the changes are deliberately of the wrong shape.
type Loose = any;

/** What the other tests rely on: each validator finds what it is there for. */
describe('validators of the manifests', () => {
  const valid = only(
    synthChart((chart) => new MigrationJob(chart, 'Migration', minimalJobProps())),
    'Job',
  );
  const changed = (change: (job: Loose) => void): KubeObject => {
    const job = structuredClone(valid);
    change(job);
    return job;
  };

  test('a Job as synthesized passes both schemas', () => {
    expect([...closedSchemaProblems(valid), ...openSchemaProblems(valid)]).toEqual([]);
  });

  test.each<[string, (job: Loose) => void]>([
    [
      'the object',
      (job) => {
        job.bogus = 1;
      },
    ],
    [
      'metadata',
      (job) => {
        job.metadata.bogus = 1;
      },
    ],
    [
      'spec',
      (job) => {
        job.spec.bogus = 1;
      },
    ],
    [
      'a rule of the failure policy',
      (job) => {
        job.spec.podFailurePolicy.rules[1].onExitCodes.bogus = 1;
      },
    ],
    [
      'the pod',
      (job) => {
        job.spec.template.spec.bogus = 1;
      },
    ],
    [
      'a container',
      (job) => {
        job.spec.template.spec.containers[0].bogus = 1;
      },
    ],
    [
      'a securityContext',
      (job) => {
        job.spec.template.spec.initContainers[0].securityContext.bogus = 1;
      },
    ],
    [
      'an emptyDir',
      (job) => {
        job.spec.template.spec.volumes[0].emptyDir.bogus = 1;
      },
    ],
  ])('the closed schema finds an unknown field in %s', (_where, change) => {
    expect(closedSchemaProblems(changed(change))).toEqual([expect.stringContaining('bogus')]);
  });

  test('the closed schema finds a wrong type', () => {
    const job = changed((object) => {
      object.spec.backoffLimit = '3';
    });
    expect(closedSchemaProblems(job)).toEqual(['/spec/backoffLimit must be integer']);
  });

  test('labels and quantities are free maps, but only of strings', () => {
    const job = changed((object) => {
      object.metadata.labels['any.example/key'] = 1;
    });
    expect(closedSchemaProblems(job)).toEqual(['/metadata/labels/any.example~1key must be string']);
  });

  test('the open schema finds a missing required field', () => {
    const job = changed((object) => {
      delete object.spec.template.spec.containers[0].name;
    });
    expect(openSchemaProblems(job).join()).toContain('name');
  });

  test('the open schema alone would let an unknown field pass, which is why there are two', () => {
    expect(
      openSchemaProblems(
        changed((object) => {
          object.spec.bogus = 1;
        }),
      ),
    ).toEqual([]);
  });

  test.each<[string, string, (pod: Loose) => void]>([
    [
      'runAsNonRoot',
      'runAsNonRoot must be true',
      (pod) => {
        delete pod.containers[0].securityContext.runAsNonRoot;
        delete pod.securityContext.runAsNonRoot;
      },
    ],
    [
      'root user',
      'runAsUser must not be 0',
      (pod) => {
        pod.containers[0].securityContext.runAsUser = 0;
      },
    ],
    [
      'root user of the pod',
      'runAsUser of the pod must not be 0',
      (pod) => {
        pod.securityContext.runAsUser = 0;
      },
    ],
    [
      'privilege escalation',
      'allowPrivilegeEscalation must be false',
      (pod) => {
        delete pod.initContainers[0].securityContext.allowPrivilegeEscalation;
      },
    ],
    [
      'privileged',
      'must not be privileged',
      (pod) => {
        pod.containers[0].securityContext.privileged = true;
      },
    ],
    [
      'capabilities kept',
      'capabilities must drop ALL',
      (pod) => {
        delete pod.containers[0].securityContext.capabilities;
      },
    ],
    [
      'capabilities added',
      'may add only NET_BIND_SERVICE',
      (pod) => {
        pod.containers[0].securityContext.capabilities.add = ['NET_RAW'];
      },
    ],
    [
      'no seccomp profile',
      'seccompProfile must be',
      (pod) => {
        delete pod.containers[0].securityContext.seccompProfile;
        delete pod.securityContext.seccompProfile;
      },
    ],
    [
      'unconfined seccomp',
      'seccompProfile of the pod',
      (pod) => {
        pod.securityContext.seccompProfile.type = 'Unconfined';
      },
    ],
    [
      'host network',
      'hostNetwork must not be true',
      (pod) => {
        pod.hostNetwork = true;
      },
    ],
    [
      'host path',
      'volume hostPath is not allowed',
      (pod) => {
        pod.volumes.push({ name: 'x', hostPath: { path: '/' } });
      },
    ],
    [
      'host port',
      'hostPort must not be set',
      (pod) => {
        pod.containers[0].ports = [{ hostPort: 80 }];
      },
    ],
  ])('the Pod Security check finds %s', (_what, problem, change) => {
    const pod = structuredClone((valid.spec as Loose).template.spec);
    expect(podSecurityProblems(pod)).toEqual([]);
    change(pod);
    expect(podSecurityProblems(pod).join()).toContain(problem);
  });
});

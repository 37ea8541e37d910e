import { MigrationJob } from '../../lib';
import { closedSchemaProblems, openSchemaProblems } from '../support/kubernetes-schema';
import { type KubeObject, minimalJobProps, only, synthChart } from '../support/synth';

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
});

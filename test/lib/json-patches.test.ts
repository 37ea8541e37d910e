import { MigrationJob, MigrationRbac } from '../../lib';
import { containersOf, jobSpec, minimalJobProps, only, synthChart } from '../support/synth';

/**
 * A patch of an unknown field vanishes in silence: each one of internal/json-patches.ts is looked up here.
 */
describe('every JSON patch arrives in the manifest', () => {
  const job = only(
    synthChart((chart) => {
      new MigrationJob(chart, 'Migration', {
        ...minimalJobProps(),
        nodeSelector: { 'kubernetes.io/arch': 'arm64' },
        priorityClassName: 'batch',
        imagePullSecrets: ['registry-login', 'other-login'],
      });
    }),
    'Job',
  );
  const spec = jobSpec(job);
  const pod = spec.template.spec;

  test.each<[string, unknown, unknown]>([
    ['podReplacementPolicy', spec.podReplacementPolicy, 'Failed'],
    ['podFailurePolicy', Object.keys(spec.podFailurePolicy ?? {}), ['rules']],
    ['seccompProfile of the pod', pod.securityContext?.seccompProfile, { type: 'RuntimeDefault' }],
    ['enableServiceLinks', pod.enableServiceLinks, false],
    ['hostNetwork, which the API server drops', 'hostNetwork' in pod, false],
    ['nodeSelector', pod.nodeSelector, { 'kubernetes.io/arch': 'arm64' }],
    ['priorityClassName', pod.priorityClassName, 'batch'],
    ['imagePullSecrets', pod.imagePullSecrets, [{ name: 'registry-login' }, { name: 'other-login' }]],
  ])('%s', (_field, found, expected) => {
    expect(found).toEqual(expected);
  });

  test.each(containersOf(job).map((container) => [container.name, container] as const))(
    'of %s',
    (_name, container) => {
      expect(container.terminationMessagePolicy).toBe('FallbackToLogsOnError');
      expect(container.resources?.requests).toMatchObject({ 'ephemeral-storage': '64Mi' });
      expect(container.resources?.limits).toMatchObject({ 'ephemeral-storage': '256Mi' });
    },
  );

  test('of the role binding: no empty group, which the API server drops', () => {
    const binding = only(
      synthChart((chart) => new MigrationRbac(chart, 'Rbac', { secretNames: ['login'] })),
      'RoleBinding',
    );
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'db-migration' }]);
  });

  test('what was not asked for is absent', () => {
    const plain = only(
      synthChart((chart) => new MigrationJob(chart, 'Migration', minimalJobProps())),
      'Job',
    );
    for (const field of ['nodeSelector', 'priorityClassName', 'imagePullSecrets']) {
      expect(jobSpec(plain).template.spec).not.toHaveProperty(field);
    }
  });
});

import { Chart } from 'cdk8s';
import { MigrationNamespace, type MigrationNamespaceProps } from '../../lib';
import { only, problemsOf, synthChart } from '../support/synth';

const namespace = (props: Partial<MigrationNamespaceProps> = {}, chartNamespace?: string) =>
  only(
    synthChart((chart) => new MigrationNamespace(chart, 'Namespace', { name: 'migrations', ...props }), {
      namespace: chartNamespace,
    }),
    'Namespace',
  );
const POD_SECURITY = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/enforce-version': 'v1.36',
  'pod-security.kubernetes.io/audit': 'restricted',
  'pod-security.kubernetes.io/audit-version': 'latest',
  'pod-security.kubernetes.io/warn': 'restricted',
  'pod-security.kubernetes.io/warn-version': 'latest',
};

describe('MigrationNamespace', () => {
  test('enforces the restricted standard of one version, and tells of the newest', () => {
    expect(namespace()).toMatchObject({
      apiVersion: 'v1',
      metadata: { name: 'migrations', labels: POD_SECURITY },
    });
  });

  test.each(['latest', 'v1.29'])('enforces %s by request', (enforceVersion) => {
    expect(namespace({ enforceVersion }).metadata.labels).toEqual({
      ...POD_SECURITY,
      'pod-security.kubernetes.io/enforce-version': enforceVersion,
    });
  });

  test('takes more labels, and annotations', () => {
    expect(
      namespace({ labels: { team: 'data' }, annotations: { 'example.com/owner': 'Data team' } }).metadata,
    ).toEqual({
      name: 'migrations',
      labels: { ...POD_SECURITY, team: 'data' },
      annotations: { 'example.com/owner': 'Data team' },
    });
  });

  test('is not itself in a namespace: the API server would refuse it', () => {
    expect(namespace().metadata.namespace).toBeUndefined();
    expect(problemsOf(() => namespace({}, 'teei'))).toEqual([
      'scope: the chart has the namespace "teei", which cdk8s would write into the Namespace too; give it a chart of its own without one',
    ]);
  });

  test('a chart of its own may stand inside one that has a namespace', () => {
    synthChart(
      (chart) => {
        const own = new Chart(chart, 'own', { namespace: undefined });
        new MigrationNamespace(own, 'Namespace', { name: 'migrations' });
        const [made] = own.toJson();
        expect(made.metadata.namespace).toBeUndefined();
      },
      { namespace: 'teei' },
    );
  });

  test('refuses all problems at once', () => {
    expect(
      problemsOf(() =>
        namespace({
          name: 'A',
          enforceVersion: '1.36',
          labels: { 'pod-security.kubernetes.io/enforce': 'baseline', tier: '-' },
          annotations: { 'a/b/c': '' },
        }),
      ),
    ).toEqual([
      'name: "A" is not a name; write at most 63 lower-case letters, digits and "-", for example "db-migration"',
      'enforceVersion: "1.36" is not a version of Pod Security; write it like "v1.36", or "latest"',
      expect.stringContaining('labels: the value "-" of "tier"'),
      expect.stringContaining('annotations: the key "a/b/c"'),
      'labels: "pod-security.kubernetes.io/enforce" is set by the construct; leave it out, and set enforceVersion for another version',
    ]);
  });
});

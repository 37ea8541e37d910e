import { ServiceAccount } from 'cdk8s-plus-28';
import { MigrationRbac, type MigrationRbacProps } from '../../lib';
import { only, problemsOf, synthChart } from '../support/synth';

const rbac = (props?: MigrationRbacProps) =>
  synthChart((chart) => new MigrationRbac(chart, 'Rbac', props), { namespace: 'teei' });

describe('MigrationRbac', () => {
  const objects = rbac({ name: 'teei', secretNames: ['login', 'login'], configMapNames: ['scripts'] });

  test('makes account, role and binding of one name, in the order in which they depend on each other', () => {
    expect(objects.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['ServiceAccount', 'teei'],
      ['Role', 'teei'],
      ['RoleBinding', 'teei'],
    ]);
  });

  test('allows `get` on exactly the named objects', () => {
    expect(only(objects, 'Role').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['login'], verbs: ['get'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['scripts'], verbs: ['get'] },
    ]);
  });

  test('without names there is no rule at all: one without names would mean every object', () => {
    expect(only(rbac(), 'Role').rules).toEqual([]);
    expect(only(rbac({ secretNames: [], configMapNames: ['a'] }), 'Role').rules).toHaveLength(1);
  });

  test('binds the role to the account, whose token is not mounted', () => {
    expect(only(objects, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(only(objects, 'RoleBinding')).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'teei' },
      subjects: [{ kind: 'ServiceAccount', name: 'teei', namespace: 'teei' }],
    });
  });

  test('binds an account that exists already, and makes none', () => {
    const own = synthChart((chart) => {
      const serviceAccount = ServiceAccount.fromServiceAccountName(chart, 'Own', 'own', {
        namespaceName: 'teei',
      });
      new MigrationRbac(chart, 'Rbac', { serviceAccount });
    });
    expect(own.map(({ kind }) => kind)).toEqual(['Role', 'RoleBinding']);
    expect(only(own, 'RoleBinding').subjects).toEqual([
      { kind: 'ServiceAccount', name: 'own', namespace: 'teei' },
    ]);
  });

  test('refuses wrong names, all at once', () => {
    const rule = 'is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."';
    expect(problemsOf(() => rbac({ name: 'A', secretNames: ['b_c'], configMapNames: ['*'] }))).toEqual([
      `name: "A" ${rule}`,
      `secretNames: "b_c" ${rule}`,
      `configMapNames: "*" ${rule}`,
    ]);
  });
});

import { expectValid } from '../support/synth';
import { synthExample } from '../support/synth-example';

const OBJECTS = ['ServiceAccount', 'Role', 'RoleBinding'];
const PLAIN = [...OBJECTS, 'NetworkPolicy', 'Job'];
const CILIUM = [...OBJECTS, 'CiliumNetworkPolicy', 'Job'];

/** Kinds of the objects in each file that an example writes. */
const EXAMPLES: Record<string, Record<string, string[]>> = {
  network: {
    'namespace.yaml': ['Namespace'],
    'managed.yaml': PLAIN,
    'by-name.yaml': CILIUM,
    'in-cluster.yaml': PLAIN,
  },
  cloud: { 'rds.yaml': PLAIN, 'cloud-sql.yaml': PLAIN, 'azure.yaml': CILIUM },
};

test.each(Object.entries(EXAMPLES))('examples/%s: each object passes the checks', async (example, files) => {
  const made = await synthExample(example);
  const kinds = Object.entries(made).map(([file, objects]) => [file, objects.map(({ kind }) => kind)]);
  expect(Object.fromEntries(kinds)).toEqual(files);
  for (const object of Object.values(made).flat()) expectValid(object);
});

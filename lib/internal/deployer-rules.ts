import type { Construct } from 'constructs';
import { objectsIn } from './delivery/mark';

/** A rule of a Role. */
interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Whatever is deployed: the Jobs, and what following one needs. */
const FOLLOWING: readonly Rule[] = [
  {
    apiGroups: ['batch'],
    resources: ['jobs'],
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
  },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
];

/**
 * Kinds that decide what the pods may. Without `create`, `bind` and `escalate` the API server lets them be applied only as
 * they are.
 */
const IDENTITY = ['ServiceAccount', 'Role', 'RoleBinding'];

/** The rules for a pipeline that applies the objects of these constructs and follows their Jobs. */
export function deployerRules(delivers: readonly Construct[]): Rule[] {
  const named = new Map<string, { group: string; kind: string; names: Set<string> }>();
  for (const { apiGroup, kind, name } of delivers.flatMap(objectsIn)) {
    if (kind === 'Job') continue;
    const group = apiGroup === 'core' ? '' : apiGroup;
    const entry = named.get(`${group}/${kind}`) ?? { group, kind, names: new Set() };
    named.set(`${group}/${kind}`, entry);
    entry.names.add(name);
  }
  const rules = [...named.values()].map(({ group, kind, names }) => ({
    apiGroups: [group],
    resources: [resourceOf(kind)],
    resourceNames: [...names].sort(),
    verbs: IDENTITY.includes(kind) ? ['get', 'patch'] : ['create', 'get', 'patch'],
  }));
  return [...FOLLOWING, ...rules];
}

/** As every kind that stands beside a Job is called in the API's paths. */
function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

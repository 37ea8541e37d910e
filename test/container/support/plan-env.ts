import type { Fields } from './fields';
import type { Cluster } from './pod-plan';

export interface EnvPlan {
  readonly env: Record<string, string>;
  readonly secretEnv: Record<string, string>;
}

/** The variables of a container as kubelet makes them. @throws Error for a key that is missing, as kubelet refuses it. */
export function planEnv(container: Fields, cluster: Cluster): EnvPlan {
  const plan: EnvPlan = { env: {}, secretEnv: {} };
  for (const source of container.list('envFrom')) addAll(source, cluster, plan);
  for (const variable of container.list('env')) {
    const name = variable.need<string>('name');
    const value = variable.take<string>('value');
    delete plan.env[name];
    delete plan.secretEnv[name];
    if (value !== undefined) plan.env[name] = literal(name, value);
    else if (variable.inner('valueFrom').has('fieldRef'))
      plan.env[name] = fieldOf(variable.inner('valueFrom'));
    else addReference(name, variable.inner('valueFrom'), cluster, plan);
    variable.end();
  }
  return plan;
}

/** Kubernetes replaces `$(NAME)` by another variable; nothing of ours counts on that. */
function literal(name: string, value: string): string {
  if (value.includes('$(')) throw new Error(`${name} has a reference to another variable: ${value}`);
  return value;
}

/** What a pod says of itself; the names are given here, where no controller gives any. */
const POD_FIELDS: Readonly<Record<string, string>> = {
  'metadata.name': 'pod-1',
  "metadata.labels['batch.kubernetes.io/job-name']": 'job-1',
};

function fieldOf(from: Fields): string {
  const reference = from.inner('fieldRef');
  const path = reference.need<string>('fieldPath');
  const value = POD_FIELDS[path];
  if (value === undefined) throw new Error(`fieldRef ${path} is not known here`);
  reference.end();
  from.end();
  return value;
}

function addAll(source: Fields, cluster: Cluster, plan: EnvPlan): void {
  const prefix = source.take<string>('prefix') ?? '';
  for (const [field, objects, into] of [
    ['configMapRef', cluster.configMaps, plan.env],
    ['secretRef', cluster.secrets, plan.secretEnv],
  ] as const) {
    if (!source.has(field)) continue;
    const reference = source.inner(field);
    const data = objects[reference.need<string>('name')];
    if (!data && !reference.take<boolean>('optional')) throw new Error(`${field} names what is not there`);
    for (const [key, value] of Object.entries(data ?? {})) into[`${prefix}${key}`] = value;
    reference.end();
  }
  source.end();
}

function addReference(name: string, from: Fields, cluster: Cluster, plan: EnvPlan): void {
  for (const [field, objects, into] of [
    ['configMapKeyRef', cluster.configMaps, plan.env],
    ['secretKeyRef', cluster.secrets, plan.secretEnv],
  ] as const) {
    if (!from.has(field)) continue;
    const reference = from.inner(field);
    const [object, key] = [reference.need<string>('name'), reference.need<string>('key')];
    const optional = reference.take<boolean>('optional') ?? false;
    reference.end();
    const value = objects[object]?.[key];
    if (value !== undefined) into[name] = value;
    else if (!optional) throw new Error(`${name}: ${object} has no key ${key}`);
  }
  from.end();
}

import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import { Ajv, type ValidateFunction } from 'ajv';
import { DaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { customResourceProblems } from './custom-resource-schema';
import type { KubeObject } from './synth';

/**
 * Two validators made from the official OpenAPI, because each lets pass what the other finds: the closed schema knows
 * every field and its type (from the classes that the Kubernetes client generates), `kubernetes-models` knows what is
 * required, and the formats. Kinds of other projects have closed schemas of their own.
 */
export function schemaProblems(object: KubeObject): string[] {
  return customResourceProblems(object) ?? [...closedSchemaProblems(object), ...openSchemaProblems(object)];
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}
interface ModelClass {
  getAttributeTypeMap(): readonly Attribute[];
}
type Schema = Record<string, unknown>;

const SCALARS: Record<string, Schema> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  Date: { type: 'string' },
  V1MicroTime: { type: 'string' },
  IntOrString: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
  any: {},
};

function isModel(value: unknown): value is ModelClass {
  return typeof value === 'function' && 'getAttributeTypeMap' in value;
}

function schemaOfType(type: string, format: string): Schema {
  const array = /^Array<(.+)>$/.exec(type)?.[1];
  if (array) return { type: 'array', items: schemaOfType(array, format) };
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map) return { type: 'object', additionalProperties: schemaOfType(map, format) };
  if (type === 'number') return { type: format.startsWith('int') ? 'integer' : 'number' };
  const scalar = SCALARS[type];
  if (scalar) return scalar;
  if (!(type in models)) throw new Error(`the client has no class for the type ${type}`);
  return { $ref: `#/$defs/${type}` };
}

function schemaOfModel(model: ModelClass): Schema {
  const attributes = model.getAttributeTypeMap();
  const properties = attributes.map(({ baseName, type, format }) => [baseName, schemaOfType(type, format)]);
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

const $defs: Record<string, Schema> = {};
for (const [name, model] of Object.entries<unknown>({ ...models })) {
  if (isModel(model)) $defs[name] = schemaOfModel(model);
}

/** Class of the client and validator of kubernetes-models for each kind that this project makes. */
const KINDS = {
  'v1/ServiceAccount': ['V1ServiceAccount', ServiceAccount],
  'v1/ConfigMap': ['V1ConfigMap', ConfigMap],
  'v1/Namespace': ['V1Namespace', Namespace],
  'v1/Pod': ['V1Pod', Pod],
  'v1/Service': ['V1Service', Service],
  'apps/v1/DaemonSet': ['V1DaemonSet', DaemonSet],
  'apps/v1/Deployment': ['V1Deployment', Deployment],
  'apps/v1/StatefulSet': ['V1StatefulSet', StatefulSet],
  'batch/v1/CronJob': ['V1CronJob', CronJob],
  'batch/v1/Job': ['V1Job', Job],
  'networking.k8s.io/v1/NetworkPolicy': ['V1NetworkPolicy', NetworkPolicy],
  'rbac.authorization.k8s.io/v1/Role': ['V1Role', Role],
  'rbac.authorization.k8s.io/v1/RoleBinding': ['V1RoleBinding', RoleBinding],
} as const;

const ajv = new Ajv({ allErrors: true, strict: true });
const compiled = new Map<string, ValidateFunction>();

function kindOf(object: KubeObject) {
  const kind = KINDS[`${object.apiVersion}/${object.kind}` as keyof typeof KINDS];
  if (!kind) throw new Error(`add ${object.apiVersion}/${object.kind} to the kinds of kubernetes-schema.ts`);
  return kind;
}

export function closedSchemaProblems(object: KubeObject): string[] {
  const [name] = kindOf(object);
  const validate = compiled.get(name) ?? ajv.compile({ $ref: `#/$defs/${name}`, $defs });
  compiled.set(name, validate);
  if (validate(object)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const field = 'additionalProperty' in params ? ` ${String(params.additionalProperty)}` : '';
    return `${instancePath} ${message}${field}`;
  });
}

export function openSchemaProblems(object: KubeObject): string[] {
  const [, Model] = kindOf(object);
  try {
    // The constructors are typed for their own kind; the point is to hand them anything.
    new (Model as unknown as new (data: unknown) => { validate(): void })(object).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

import { Ajv, type ValidateFunction } from 'ajv';
import { CILIUM_NETWORK_POLICY } from './cilium-schema';
import { SECRET_KINDS } from './custom-resources';
import { MONITORING_KINDS } from './monitoring-kinds';
import { officialCrdProblems } from './official-crd';
import type { KubeObject } from './synth';

/** Closed schemas of the kinds of other projects that this one writes. */
const SCHEMAS: Record<string, Record<string, unknown>> = {
  ...SECRET_KINDS,
  ...MONITORING_KINDS,
  'cilium.io/v2/CiliumNetworkPolicy': CILIUM_NETWORK_POLICY,
};

const ajv = new Ajv({ allErrors: true, strict: true });
const compiled = new Map<string, ValidateFunction>();

/** What is wrong with an object of another project's kind; `undefined` for a kind of Kubernetes itself. */
export function customResourceProblems(object: KubeObject): string[] | undefined {
  const kind = `${object.apiVersion}/${object.kind}`;
  const schema = SCHEMAS[kind];
  if (!schema) return undefined;
  const validate = compiled.get(kind) ?? ajv.compile(schema);
  compiled.set(kind, validate);
  const problems = validate(object)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message, params }) => {
        const field = 'additionalProperty' in params ? ` ${String(params.additionalProperty)}` : '';
        return `${instancePath} ${message}${field}`;
      });
  return [...problems, ...officialCrdProblems(object)];
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from './synth';

type Schema = Record<string, unknown>;
interface Crd {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: { readonly name: string; readonly schema?: { readonly openAPIV3Schema: Schema } }[];
  };
}

const compiled = new Map<string, ValidateFunction | undefined>();

/**
 * What the official CustomResourceDefinition finds in an object, closed: an unknown field is a fault. The definitions
 * are other projects' files and not part of this repository. `CRD_DIR` names a folder with them (YAML files, one or
 * several definitions each); without it, or without the kind in it, nothing is checked here.
 */
export function officialCrdProblems(object: KubeObject, folder = process.env.CRD_DIR): string[] {
  if (!folder) return [];
  const key = `${folder}:${object.apiVersion}/${object.kind}`;
  if (!compiled.has(key)) compiled.set(key, compile(folder, object));
  const validate = compiled.get(key);
  if (!validate || validate(object)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const field = 'additionalProperty' in params ? ` ${String(params.additionalProperty)}` : '';
    return `CRD: ${instancePath} ${message}${field}`;
  });
}

function compile(folder: string, { apiVersion, kind }: KubeObject): ValidateFunction | undefined {
  const [group, version] = apiVersion.split('/');
  const crd = definitionsIn(folder).find(({ spec }) => spec.group === group && spec.names.kind === kind);
  const schema = crd?.spec.versions.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
  if (!schema) return undefined;
  // Kubernetes' own keywords and formats are unknown to ajv.
  return new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(close(schema) as Schema);
}

function definitionsIn(folder: string): Crd[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
    .map((document) => document.toJS() as Crd | null)
    .filter((document): document is Crd => document?.kind === 'CustomResourceDefinition');
}

/** Where fields are listed, no others may stand; the lists inside `anyOf` and the like only add conditions. */
function close(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(close);
  if (typeof node !== 'object' || node === null) return node;
  const schema = node as Schema;
  const known = Object.entries(schema).filter(
    ([key, value]) => key !== 'pattern' || isPattern(String(value)),
  );
  const entries = known.map(([key, value]): [string, unknown] => {
    if (key === 'properties') {
      const fields = Object.entries(value as Schema).map(([field, child]) => [field, close(child)]);
      return [key, Object.fromEntries(fields)];
    }
    return [key, key === 'items' || key === 'additionalProperties' ? close(value) : value];
  });
  const isOpen =
    schema.type !== 'object' ||
    !('properties' in schema) ||
    'additionalProperties' in schema ||
    schema['x-kubernetes-preserve-unknown-fields'] === true;
  return Object.fromEntries(isOpen ? entries : [...entries, ['additionalProperties', false]]);
}

/** Definitions are written for Go, whose patterns JavaScript knows only in part. */
function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

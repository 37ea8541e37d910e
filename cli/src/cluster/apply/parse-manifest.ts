import { type Document, parseAllDocuments, type Tags } from 'yaml';
import { keepSecret } from '../../../../runner/src/errors/redact';
import type { ManifestObject } from './manifest-object';

export interface Parsed {
  readonly objects: readonly ManifestObject[];
  /** What is wrong, each with the source. */
  readonly problems: readonly string[];
}

/** Shorter values stand by chance in ordinary words. */
const SECRET_LENGTH = 8;

/**
 * The objects of YAML or JSON as kubectl would read them: YAML 1.1, in which `0644` is octal and `on` is true, but without
 * its times and its numbers to base sixty, which kubectl leaves as text. Lists are taken apart.
 */
export function parseManifest(text: string, source: string): Parsed {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    customTags: (tags: Tags) => tags.filter((tag) => !isOfTime(tag)),
  }) as Document[];
  const objects: ManifestObject[] = [];
  const problems: string[] = [];
  documents.forEach((document, index) => {
    const where = documents.length > 1 ? `${source}, document ${index + 1}` : source;
    const fault = document.errors[0];
    if (fault) {
      problems.push(`${where} is not valid YAML: ${fault.message.split('\n')[0]}`);
      return;
    }
    for (const value of flatten(read(document))) {
      const wrong = problemOf(value);
      if (wrong) problems.push(`${where}: ${wrong}`);
      else objects.push(value as ManifestObject);
    }
  });
  objects.forEach(keepSecrets);
  return { objects, problems };
}

function isOfTime(tag: Tags[number]): boolean {
  return (
    typeof tag === 'object' && (('format' in tag && tag.format === 'TIME') || tag.tag.endsWith(':timestamp'))
  );
}

function read(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that name nothing, or too much.
    return error instanceof Error ? error : new Error(String(error));
  }
}

function flatten(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
    ? items.flatMap(flatten)
    : [value];
}

function problemOf(value: unknown): string | undefined {
  if (value instanceof Error) return value.message;
  if (typeof value !== 'object' || Array.isArray(value))
    return 'there is something that is no object of Kubernetes';
  const { apiVersion, kind, metadata } = value as Partial<ManifestObject>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    return 'an object has no apiVersion or no kind';
  if (typeof metadata?.name === 'string' && metadata.name !== '') return undefined;
  return metadata?.generateName
    ? `${kind} has generateName, so that each deployment would make another one; give it a name`
    : `${kind} has no name`;
}

/** An answer of the API server can repeat what was sent. */
function keepSecrets(object: ManifestObject): void {
  if (object.kind !== 'Secret') return;
  const { data, stringData } = object as { data?: object | null; stringData?: object | null };
  const values = Object.values(data ?? {}).map(String);
  const plain = [
    ...values.map((value) => Buffer.from(value, 'base64').toString()),
    ...Object.values(stringData ?? {}).map(String),
  ];
  for (const value of [...values, ...plain]) if (value.length >= SECRET_LENGTH) keepSecret(value);
}

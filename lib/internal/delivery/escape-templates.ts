import type { ApiObject } from 'cdk8s';

/**
 * Makes Helm write the object as it is: `{{` begins an action of its template language, and stands in templates of Vault,
 * in SQL and elsewhere. It is done when the object is written, so that later changes count too.
 *
 * The text between the braces is a raw string of Go, which holds neither quotes nor spaces: whatever style YAML chooses
 * for the value, nothing in it is escaped or folded.
 */
export function escapeTemplates(object: ApiObject): void {
  const toJson = object.toJson.bind(object);
  object.toJson = () => escapedValue(toJson());
}

const ACTION = '{{`{{`}}';

function escapedValue(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('{{', ACTION);
  if (Array.isArray(value)) return value.map(escapedValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escapedValue(each)]));
}

import type { KubeObject } from './synth';

/**
 * Without what follows from everything else: the hash of the name and the label that cdk8s derives from the
 * construct's path.
 */
export function normalized(object: KubeObject): KubeObject {
  const text = JSON.stringify(object)
    .replace(/^(\{"apiVersion":"batch.*?"name":"[-a-z]+)-[0-9a-f]{8}"/, '$1-<hash>"')
    .replace(/"cdk8s\.io\/metadata\.addr":"[^"]*"/, '"cdk8s.io/metadata.addr":"<path>"');
  return JSON.parse(text);
}

/** What a composition changes in the objects that it is made of, in the manifest's order. */
export function composition(objects: readonly KubeObject[], baseline: readonly KubeObject[]): unknown {
  return objects.map((object) => ({
    [object.kind]: differences(
      object,
      baseline.find(({ kind }) => kind === object.kind),
    ),
  }));
}

/**
 * Path and value of every leaf that is not the same in the baseline; a leaf that only the baseline has is
 * shown as absent.
 */
export function differences(object: unknown, baseline: unknown): Record<string, unknown> {
  const own = leaves(object);
  const base = leaves(baseline);
  const changed = [...own].filter(([path, value]) => base.get(path) !== value);
  const absent = [...base.keys()].filter((path) => !own.has(path)).map((path) => [path, '<absent>'] as const);
  return Object.fromEntries([...changed, ...absent]);
}

function leaves(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, child]) => [...leaves(child, path === '' ? key : `${path}/${key}`)]),
  );
}

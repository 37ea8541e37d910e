/**
 * Whether an object in the cluster is as a manifest says. What the manifest does not mention is somebody else's, or a
 * default; only the entries of maps that are data are told exactly.
 */
export function contains(live: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return (live ?? null) === (wanted ?? null);
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((each, index) => contains(live[index], each))
    );
  }
  // A map that is empty is left out by the server.
  const there = (live ?? {}) as Record<string, unknown>;
  const asked = Object.entries(withoutStringData(wanted as Record<string, unknown>));
  return asked.every(([key, value]) =>
    key === 'data' ? sameData(there.data, value) : contains(there[key], value),
  );
}

function sameData(live: unknown, wanted: unknown): boolean {
  const keys = (value: unknown) => Object.keys((value ?? {}) as object).sort();
  return keys(live).join('\n') === keys(wanted).join('\n') && contains(live, wanted);
}

/** The server turns a Secret's `stringData` into `data`. */
function withoutStringData(object: Record<string, unknown>): Record<string, unknown> {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || !stringData) return object;
  const encoded = Object.entries(stringData as Record<string, unknown>).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...(rest.data as object), ...Object.fromEntries(encoded) } };
}

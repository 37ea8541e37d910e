/** The map without its unset entries; nothing where no entry is left, because manifests carry no empty maps. */
export function withoutNothing<T>(map: {
  readonly [key: string]: T | undefined;
}): { [key: string]: T } | undefined {
  const entries = Object.entries(map).filter((entry): entry is [string, T] => entry[1] !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

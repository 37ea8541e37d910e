/**
 * The tags that a rollback target can mean: the tag itself, or else every tag that begins with the number.
 * More than one is ambiguous, none is unknown; what follows from that is said by whoever asked.
 */
export function matchTarget(tags: readonly string[], wanted: string): readonly string[] {
  if (tags.includes(wanted)) return [wanted];
  return /^\d+$/.test(wanted) ? tags.filter((tag) => tag.startsWith(`${wanted}_`)) : [];
}

/**
 * The tags that a rollback target can mean: the tag itself, or else every tag that begins with the number, with its
 * leading zeros or with none.
 * More than one is ambiguous, none is unknown; what follows from that is said by whoever asked.
 */
export function matchTarget(tags: readonly string[], wanted: string): readonly string[] {
  if (tags.includes(wanted)) return [wanted];
  if (!/^\d+$/.test(wanted)) return [];
  return tags.filter((tag) => {
    const number = /^\d+(?=_)/.exec(tag)?.[0];
    return number === wanted || number?.replace(/^0+(?=\d)/, '') === wanted;
  });
}

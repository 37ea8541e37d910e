/** What is wrong with the tags of ACCEPT_EDITED, given those of all migrations. */
export function unknownTagProblems(acceptEdited: readonly string[], tags: Iterable<string>): string[] {
  const known = new Set(tags);
  return acceptEdited
    .filter((tag) => !known.has(tag))
    .map(
      (tag) =>
        `ACCEPT_EDITED names ${JSON.stringify(tag)}, but no migration has this name; correct or remove it`,
    );
}

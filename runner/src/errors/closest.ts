import leven from 'leven';

/** More edits than these are another word, not a typo. */
const editsOf = (choice: string) => Math.min(2, choice.length / 2);

/**
 * The choice that was probably meant by a mistyped word; undefined when none resembles it.
 *
 * @param limit how many letters of a choice may differ.
 */
export function closest(
  word: string,
  choices: readonly string[],
  limit: (choice: string) => number = editsOf,
): string | undefined {
  const [best] = choices
    .map((choice) => ({ choice, edits: leven(word, choice) }))
    .filter(({ choice, edits }) => edits <= limit(choice))
    .sort((a, b) => a.edits - b.edits);
  return best?.choice;
}

/** The same as the end of a sentence; empty when nothing resembles the word. */
export function didYouMean(word: string, choices: readonly string[], prefix = ''): string {
  const meant = closest(word, choices);
  return meant === undefined ? '' : `; did you mean ${prefix}${meant}?`;
}

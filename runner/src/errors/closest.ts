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
    .filter((choice) => mayResemble(word, choice, limit(choice)))
    .map((choice) => ({ choice, edits: leven(word, choice) }))
    .filter(({ choice, edits }) => edits <= limit(choice))
    .sort((a, b) => a.edits - b.edits);
  return best?.choice;
}

/** Cheaper than counting edits: each changes the length by one at most, and puts in one letter at most. */
function mayResemble(word: string, choice: string, limit: number): boolean {
  if (Math.abs(word.length - choice.length) > limit) return false;
  let foreign = 0;
  for (let at = 0; at < word.length; at += 1) {
    if (!choice.includes(word.charAt(at)) && ++foreign > limit) return false;
  }
  return true;
}

/** The same as the end of a sentence; empty when nothing resembles the word. */
export function didYouMean(word: string, choices: readonly string[], prefix = ''): string {
  const meant = closest(word, choices);
  return meant === undefined ? '' : `; did you mean ${prefix}${meant}?`;
}

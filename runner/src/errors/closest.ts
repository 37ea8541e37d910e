import leven from 'leven';

/** More edits than this are another word, not a typo. */
const EDITS = 2;

/** The choice that was probably meant by a mistyped word; undefined when none resembles it. */
export function closest(word: string, choices: readonly string[]): string | undefined {
  const [best] = choices
    .map((choice) => ({ choice, edits: leven(word, choice) }))
    .filter(({ choice, edits }) => edits <= Math.min(EDITS, choice.length / 2))
    .sort((a, b) => a.edits - b.edits);
  return best?.choice;
}

/** The same as the end of a sentence; empty when nothing resembles the word. */
export function didYouMean(word: string, choices: readonly string[], prefix = ''): string {
  const meant = closest(word, choices);
  return meant === undefined ? '' : `; did you mean ${prefix}${meant}?`;
}

import fc from 'fast-check';
import leven from 'leven';
import { closest } from '../../../runner/src/errors/closest';

const word = fc.string({ unit: fc.constantFrom('A', 'B', 'C', '_'), minLength: 1, maxLength: 6 });

test('is the first of those with the fewest edits, within the limit', () => {
  fc.assert(
    fc.property(
      word,
      fc.array(word, { maxLength: 5 }),
      fc.integer({ min: 0, max: 3 }),
      (typed, choices, limit) => {
        const edits = choices.map((choice) => leven(typed, choice));
        const fewest = Math.min(...edits);
        const expected = fewest <= limit ? choices[edits.indexOf(fewest)] : undefined;
        expect(closest(typed, choices, () => limit)).toBe(expected);
      },
    ),
  );
});

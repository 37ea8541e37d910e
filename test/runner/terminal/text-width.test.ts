import { createRequire } from 'node:module';
import fc from 'fast-check';
import stringWidth from 'string-width';

const textWidth = createRequire(import.meta.url)('../../../runner/text-width.cjs') as (
  text: string,
) => number;

test('is what string-width says, whatever the text', () => {
  const letters = fc.constantFrom(
    'a',
    ' ',
    '~',
    '\t',
    '\n',
    '\u001b[31m',
    'é',
    'e\u0301',
    '中',
    '👍🏽',
    '\u007f',
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: letters })), (text) => {
      expect(textWidth(text)).toBe(stringWidth(text));
    }),
  );
});

import fc from 'fast-check';
import { secretSpans } from '../../../runner/src/errors/secret-spans';

/** What is left of a text, with `*` for what is hidden. */
function masked(text: string, ...secrets: string[]): string {
  let left = text;
  for (const { start, end } of secretSpans(text, secrets).reverse()) {
    left = `${left.slice(0, start)}*${left.slice(end)}`;
  }
  return left;
}

test.each([
  ['a whole word', 'low', 'low, (low) low-low "low"', '*, (*) *-* "*"'],
  ['never a part of a longer one', 'low', 'lowly below low_1 1low lowé', 'lowly below low_1 1low lowé'],
  ['upper case is another word', 'app', 'App APP app', 'App APP *'],
  ['letters of any alphabet', 'été', 'été étés', '* étés'],
  ['behind escapes', 'low', String.raw`\nlow \u0009low %20low%20`, String.raw`\n* \u0009* %20*%20`],
  ['twelve characters and more: anywhere', 'correcthorse', 'xcorrecthorsex', 'x*x'],
  ['other characters: anywhere', 'a-b', 'xa-bx', 'x*x'],
])('%s', (_name, secret, text, expected) => {
  expect(masked(text, secret)).toBe(expected);
});

test.each([
  ['postgresql://u:app@h/app is app', 'postgresql://u:*@h/app is app'],
  ['postgres://h/db?user=u&password=app&x=app', 'postgres://h/db?user=u&password=*&x=app'],
  ['postgresql://u:@h', 'postgresql://u:@h'],
])('the password of a URL is hidden without being known: %s', (text, expected) => {
  expect(masked(text)).toBe(expected);
});

test('secrets that overlap leave nothing of each other', () => {
  expect(masked('abc-def-ghi', 'abc-def', 'def-ghi')).toBe('*');
  expect(masked('postgresql://me:a@b c@host', 'a@b c')).toBe('postgresql://me:*@host');
  expect(masked('postgresql://me:pw@host', 'postgresql')).toBe('*://me:*@host');
});

const word = fc.stringMatching(/^[a-z0-9_]{3,11}$/);
const anything = fc.string({ minLength: 3, unit: 'grapheme' });

test('a short word never changes a longer one, and never stays alone', () => {
  fc.assert(
    fc.property(word, word, (secret, other) => {
      fc.pre(!other.includes(secret));
      expect(masked(`${other}${secret} ${secret}${other}`, secret)).toBe(
        `${other}${secret} ${secret}${other}`,
      );
      expect(masked(`${other} ${secret}.${secret}`, secret)).toBe(`${other} *.*`);
    }),
  );
});

test('whatever else a secret is, no text holds it afterwards', () => {
  fc.assert(
    fc.property(anything, fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(!/^[\p{L}\p{N}_]*$/u.test(secret));
      const text = `${before}${secret}${after}`;
      for (const { start, end } of secretSpans(text, [secret]))
        expect(text.slice(start, end)).toContain(secret);
      expect(secretSpans(text, [secret]).length).toBeGreaterThan(0);
      expect(masked(text, secret).split('*').join('\0')).not.toContain(secret);
    }),
  );
});

import { samplePattern } from '../../cli/src/rollback/data/sample-pattern';
import { splitConjunction } from '../../cli/src/rollback/data/split-conjunction';

const VARIANTS = [0, 1, 2, 3, 4];

test.each([
  '^[a-z0-9]+(-[a-z0-9]+)*$',
  '^[A-Z]{2}$',
  '^\\d{4}-(0[1-9]|1[0-2])$',
  '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$',
  '^(?:https?|ftp)://[\\w.-]+(?::\\d+)?/?$',
  '^[]x-]{1,3}\\.$',
  'a|b?c*',
])('texts made from %s match it', (pattern) => {
  for (const variant of VARIANTS)
    expect(samplePattern(pattern, variant)).toMatch(new RegExp(forNode(pattern)));
});

/** In PostgreSQL's brackets, a ] that comes first is a character. */
function forNode(pattern: string): string {
  return pattern.replace('[]', '[\\]');
}

test('classes by name, embedded options and constraint escapes are understood', () => {
  expect(samplePattern('(?i)^\\A[[:upper:]]{3}[^[:alnum:]]\\Z$', 1)).toMatch(/^[A-Z]{3}[^A-Za-z0-9]$/);
});

test('variants differ where the pattern leaves a choice', () => {
  const made = new Set(VARIANTS.map((variant) => samplePattern('^[a-z]{4,}$', variant)));
  expect(made.size).toBe(VARIANTS.length);
});

test.each([
  ["((a > 0) AND (b = ' AND ('::text) AND ((c OR d)))", ['(a > 0)', "(b = ' AND ('::text)", '((c OR d))']],
  ['((a) AND ((b) AND (c)))', ['(a)', '(b)', '(c)']],
  ['(a > 0) OR (b AND c)', ['(a > 0) OR (b AND c)']],
  ['((a AND b) OR (c AND d))', ['((a AND b) OR (c AND d))']],
  ['CASE WHEN (a AND b) THEN c ELSE d END', ['CASE WHEN (a AND b) THEN c ELSE d END']],
  ['("x AND ("."y" > 1)', ['("x AND ("."y" > 1)']],
])('the parts of %s', (expression, parts) => {
  expect(splitConjunction(expression)).toEqual(parts);
});

import { readFileSync } from 'node:fs';
import { OWN_RULES } from '../../cli/src/lint/rule-names';
import { lintSql } from './lint-support';

test('a rule that is mistyped is refused, and those of squawk are asked of squawk', async () => {
  const lintWith = (exclude: string[]) => lintSql('TRUNCATE a;', { exclude, squawk: true });
  await expect(lintWith(['rows-deletd', 'ban-drop-colum'])).rejects.toMatchObject({
    problems: [
      '--exclude rows-deletd is no rule; did you mean rows-deleted?',
      '--exclude ban-drop-colum is no rule',
    ],
  });
  expect((await lintWith(['rows-deleted', 'ban-drop-column', 'prefer-identity'])).findings).toEqual([]);
});

test('docs/lint.md names every rule, and no other', () => {
  const [, rules = ''] = readFileSync('docs/lint.md', 'utf8').split('## The rules beside squawk');
  const rows = rules.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([-a-z]+)`/g)]);
  expect(named.map(([, rule]) => rule).sort()).toEqual(Object.keys(OWN_RULES).sort());
});

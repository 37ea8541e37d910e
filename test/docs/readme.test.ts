import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from './read-settings';
import { fillTables, ROOT, renderTables } from './readme-tables';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('the tables of the README are those of the code (npm run docs writes them)', async () => {
  expect(fillTables(readme, renderTables(await readSettings()))).toBe(readme);
});

test('a changed table is noticed', async () => {
  const tables = renderTables(await readSettings());
  const changed = { ...tables, 'exit-codes': `${tables['exit-codes']}\n| 99 | new | |` };
  expect(fillTables(readme, changed)).not.toBe(readme);
});

test('every script that the README names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS } from '../../runner/src/report/events';
import { FIELDS } from '../../runner/src/report/fields';
import { offences } from '../support/log-catalogue';
import { renderLogTables } from './log-tables';
import { fillTables, ROOT } from './readme-tables';

const page = readFileSync(join(ROOT, 'docs/logs.md'), 'utf8');
/** What a person has written, without what is made. */
const byHand = page.replace(/<!-- table: [\s\S]*?<!-- end -->/g, '');

test('the tables of docs/logs.md are those of the code (npm run docs writes them)', () => {
  expect(fillTables(page, renderLogTables())).toBe(page);
});

test('a changed event is noticed', () => {
  const { events = '', fields = '' } = renderLogTables();
  const renamed = events.replace('unit_committed', 'unit_done');
  expect(fillTables(page, { fields, events: renamed })).not.toBe(page);
});

test('the lines that it shows are as the catalogue has them', () => {
  const lines = byHand.split('\n').filter((line) => line.startsWith('{"time"'));
  expect(lines).toHaveLength(3);
  expect(lines.flatMap((line) => offences(JSON.parse(line)))).toEqual([]);
});

test('what it tells to look for is there', () => {
  const names = [...byHand.matchAll(/`([a-z]+(?:_[a-z]+)+)`|\.event == "([a-z_]+)"/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !(name in EVENTS) && !(name in FIELDS))).toEqual([]);
});

test('the commands that it shows ask for fields that are there', () => {
  const asked = [...byHand.matchAll(/^jq .*$/gm)].flatMap(([command]) => [
    ...[...command.matchAll(/\.([a-z_A-Z]+)/g)].map((match) => match[1] ?? ''),
    ...[...command.matchAll(/\{([^{}]*)\}/g)].flatMap((match) => (match[1] ?? '').split(', ')),
  ]);
  expect(asked.length).toBeGreaterThan(25);
  expect(asked.filter((name) => name !== 'jsonl' && !(name in FIELDS))).toEqual([]);
});

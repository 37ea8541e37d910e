import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../core/contract';
import { EVENTS } from '../../runner/src/report/events';
import { FIELDS } from '../../runner/src/report/fields';
import { ROOT } from './readme-tables';

const page = readFileSync(join(ROOT, 'docs/monitoring.md'), 'utf8');

/** What stands below a heading, up to the next. */
function section(title: string): string {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (text === undefined) throw new Error(`docs/monitoring.md has no section ${title}`);
  return text;
}

function every(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, ...groups]) =>
    groups.filter((group) => group !== undefined),
  );
}

const insights = section('CloudWatch Logs Insights');
const datadog = section('Datadog');
const loki = section('Loki');
const logql = every(loki, /```logql\n([\s\S]*?)```/g).join('');

test.each([
  ['CloudWatch', 14, every(insights, /\blog_processed\.(\w+)/g)],
  ['Datadog', 12, every(datadog, /@(\w+)/g)],
  [
    'Loki',
    6,
    [
      ...every(logql, /\| (\w+)="/g),
      ...every(logql, /\{\{\.(\w+)\}\}/g),
      ...every(logql, /unwrap (\w+)/g),
      ...every(logql, /by \((\w+)\)/g),
    ],
  ],
])('the queries for %s ask for fields that the log has', (_, least, asked) => {
  expect(asked.length).toBeGreaterThanOrEqual(least);
  expect(asked.filter((name) => !(name in FIELDS))).toEqual([]);
});

test('the queries ask for events that there are, with the fields that they ask of them', () => {
  const asked = [
    ...every(insights, /\bevent = "(\w+)"/g),
    ...every(datadog, /@event:(\w+)/g),
    ...every(datadog, /@event:\(([^)]*)\)/g).flatMap((list) => list.split(' OR ')),
    ...every(logql, /\bevent="(\w+)"/g),
  ];
  expect(asked.length).toBeGreaterThanOrEqual(11);
  expect(asked.filter((name) => !(name in EVENTS))).toEqual([]);
});

test('the exit codes that no retry helps are those on which a Job fails', () => {
  const [query = ''] = every(datadog, /\| exit codes that no retry helps \| `([^`]*)` \|/g);
  const single = every(query, /@exitCode:(\d+)/g).map(Number);
  const [from, to] = every(query, /@exitCode:\[(\d+) TO (\d+)\]/g).map(Number);
  const isAsked = (code: number) => single.includes(code) || (code >= Number(from) && code <= Number(to));
  const ofJobs = Object.values(EXIT).filter(({ job }) => job !== 'none');
  expect(ofJobs.filter(({ code }) => isAsked(code)).map(({ code }) => code)).toEqual(
    ofJobs.filter(({ job }) => job === 'fail').map(({ code }) => code),
  );
});

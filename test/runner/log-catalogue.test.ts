import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { EVENTS } from '../../runner/src/report/events';
import type { Field } from '../../runner/src/report/field';
import { FIELDS } from '../../runner/src/report/fields';
import { LINE_FIELDS, STANDING_FIELDS } from '../../runner/src/report/fields/standing';
import { createReporter } from '../../runner/src/report/reporter';
import { placeFields } from '../../runner/src/report/standing';
import { assertCatalogued, offences } from '../support/log-catalogue';

const line = { time: '2026-11-27T14:00:00.000Z', level: 'info', message: 'x' };

describe('a line that is not as the catalogue has it is noticed', () => {
  const checked = { ...line, event: 'check_passed', check: 'privileges' };

  test('none of these is wrong', () => {
    expect(() => assertCatalogued([checked, { ...checked, run_id: 'x', statement: 1 }])).not.toThrow();
  });

  test.each([
    ['an unknown event', { ...checked, event: 'check_forgotten' }, 'unknown event "check_forgotten"'],
    ['a name that every object has', { ...checked, event: 'toString' }, 'unknown event "toString"'],
    ['an unknown field', { ...checked, checks: 1 }, 'check_passed: unknown field checks'],
    ["another event's field", { ...checked, rows: 1 }, 'check_passed: unknown field rows'],
    ['a wrong type', { ...checked, check: 7 }, 'check_passed: check is no string: 7'],
    ['null', { ...checked, check: null }, 'check_passed: check is no string: null'],
    ['a fraction', { ...checked, statement: 1.5 }, 'check_passed: statement is no integer: 1.5'],
    ['a field that is left out', { ...line, event: 'check_passed' }, 'check_passed: no check'],
    ['another level', { ...checked, level: 'warn' }, 'check_passed: level warn instead of info'],
  ])('%s', (_name, given, offence) => {
    expect(offences(given)).toEqual([offence]);
    expect(() => assertCatalogued([given])).toThrow(offence);
  });
});

const SOURCES = join(process.cwd(), 'runner/src');
const source = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/^report.(events|fields|event|field)/.test(name))
  .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
  .join('\n');

test('the catalogue has no event that nothing writes, and no field that no event has', () => {
  const written = (name: string) => source.includes(`'${name}'`);
  expect(Object.keys(EVENTS).filter((name) => !written(name))).toEqual([]);
  const had = new Set(
    Object.values(EVENTS).flatMap((entry) => [
      ...('has' in entry ? entry.has : []),
      ...('may' in entry ? entry.may : []),
    ]) as string[],
  );
  const everywhere = [...Object.keys(LINE_FIELDS), ...Object.keys(STANDING_FIELDS)];
  expect(Object.keys(FIELDS).filter((name) => !had.has(name) && !everywhere.includes(name))).toEqual([]);
});

test("the names of OpenTelemetry's conventions are those of its own package, or of its log record", () => {
  const attributes = new Set<unknown>(Object.values(conventions));
  const record = ['Timestamp', 'SeverityText', 'Body', 'EventName', 'TraceId', 'SpanId'];
  const named = Object.values<Field>(FIELDS).flatMap(({ openTelemetry }) => openTelemetry ?? []);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !attributes.has(name) && !record.includes(name))).toEqual([]);
});

describe('what every line has', () => {
  const written: string[] = [];
  const reporter = createReporter({ format: 'json', write: (text) => written.push(text) });
  const last = () => JSON.parse(written.at(-1) ?? '');
  let now = {};
  reporter.addStanding(() => placeFields({ JOB_NAME: 'job', POD_NAME: 'pod', IMAGE: 'gate:1' }, 'id'));
  reporter.addStanding(() => now);
  reporter.addStanding(() => {
    throw new Error('a source that fails');
  });
  const place = { run_id: 'id', job: 'job', pod: 'pod', image: 'gate:1' };

  test('place of the run, and what runs', () => {
    now = { migration: '0001_b', statement: 3, trace_id: 'abc', span_id: 'def' };
    reporter.warn('journal_warning', 'odd');
    expect(last()).toMatchObject({ ...place, ...now, event: 'journal_warning' });
  });

  test('of an event about a migration, the statement of that one alone', () => {
    now = { migration: '0001_b', statement: 3 };
    reporter.info('migration_applied', 'a', { migration: '0000_a' });
    expect(last()).toMatchObject({ ...place, migration: '0000_a' });
    expect(last()).not.toHaveProperty('statement');
    reporter.info('migration_applied', 'b', { migration: '0001_b' });
    expect(last()).toMatchObject({ migration: '0001_b', statement: 3 });
    reporter.info('statement_resumed', 'b', { migration: '0001_b', statement: 1 });
    expect(last()).toMatchObject({ migration: '0001_b', statement: 1 });
  });

  test('outside a cluster there is no place to tell of', () => {
    expect(placeFields({ JOB_NAME: '', IMAGE: undefined }, 'id')).toEqual({ run_id: 'id' });
  });
});

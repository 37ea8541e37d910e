import { EVENTS, type EventName } from '../../runner/src/report/events';
import type { Field } from '../../runner/src/report/field';
import { FIELDS, type FieldName } from '../../runner/src/report/fields';
import { LINE_FIELDS, STANDING_FIELDS } from '../../runner/src/report/fields/standing';

const ANYWHERE: readonly string[] = [...Object.keys(LINE_FIELDS), ...Object.keys(STANDING_FIELDS)];

interface Entry {
  readonly levels: readonly string[];
  readonly has?: readonly FieldName[];
  readonly may?: readonly FieldName[];
}

/** What a log line has that the catalogue of events does not know, or lacks of what it promises. */
export function offences(line: Readonly<Record<string, unknown>>): string[] {
  const entry: Entry | undefined = Object.hasOwn(EVENTS, String(line.event))
    ? EVENTS[line.event as EventName]
    : undefined;
  if (!entry) return [`unknown event ${JSON.stringify(line.event)}`];
  const { levels, has = [], may = [] } = entry;
  const known: readonly string[] = [...ANYWHERE, ...has, ...may];
  return [
    ...(levels.includes(String(line.level)) ? [] : [`level ${line.level} instead of ${levels.join(', ')}`]),
    ...[...Object.keys(LINE_FIELDS), ...has].filter((name) => !(name in line)).map((name) => `no ${name}`),
    ...Object.keys(line).flatMap((name) =>
      known.includes(name) ? wrongType(name as FieldName, line[name]) : [`unknown field ${name}`],
    ),
  ].map((offence) => `${line.event}: ${offence}`);
}

/** @throws Error naming what is wrong with a line of the runner's log. */
export function assertCatalogued(lines: readonly Readonly<Record<string, unknown>>[]): void {
  const found = [...new Set(lines.flatMap(offences))];
  if (found.length > 0) throw new Error(`not as the catalogue of events has it:\n${found.join('\n')}`);
}

function wrongType(name: FieldName, value: unknown): string[] {
  const { type, isNullable }: Field = FIELDS[name];
  if (value === null && isNullable) return [];
  return IS[type](value) ? [] : [`${name} is no ${type}: ${JSON.stringify(value)}`];
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(is);

const IS: Record<Field['type'], (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  boolean: (value) => typeof value === 'boolean',
  'string[]': isListOf((value) => typeof value === 'string'),
  'integer[]': isListOf(Number.isSafeInteger),
  object: isObject,
  'object[]': isListOf(isObject),
};

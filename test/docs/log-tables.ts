import type { EventEntry } from '../../runner/src/report/event-entry';
import { EVENTS } from '../../runner/src/report/events';
import type { Field } from '../../runner/src/report/field';
import { FIELDS } from '../../runner/src/report/fields';
import { code, table } from './readme-tables';

/** The tables of docs/logs.md, by the name in their markers. */
export function renderLogTables(): Record<string, string> {
  return {
    fields: table(
      ['Field', 'Type', 'OpenTelemetry', 'Meaning'],
      Object.entries<Field>(FIELDS).map(([name, { openTelemetry, meaning, ...field }]) => [
        code(name),
        typeOf(field),
        openTelemetry ? code(openTelemetry) : '',
        meaning,
      ]),
    ),
    events: table(
      ['Event', 'Level', 'Meaning', 'Fields'],
      Object.entries<EventEntry>(EVENTS).map(([name, { levels, meaning, has = [], may = [] }]) => [
        code(name),
        levels.join(', '),
        meaning,
        [...has.map(code), ...may.map((field) => code(`${field}?`))].join(' '),
      ]),
    ),
  };
}

const TYPES: Record<Field['type'], string> = {
  string: 'text',
  integer: 'integer',
  boolean: 'boolean',
  'string[]': 'list of texts',
  'integer[]': 'list of integers',
  object: 'object',
  'object[]': 'list of objects',
};

const UNITS: Record<NonNullable<Field['unit']>, string> = { ms: 'ms', s: 's', By: 'bytes' };

function typeOf({ type, unit, isNullable }: Pick<Field, 'type' | 'unit' | 'isNullable'>): string {
  return `${TYPES[type]}${unit ? `, ${UNITS[unit]}` : ''}${isNullable ? ' or null' : ''}`;
}

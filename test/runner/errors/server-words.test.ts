import { keepSecret } from '../../../runner/src/errors/redact';
import { showRowData } from '../../../runner/src/errors/row-data';
import type { ServerError } from '../../../runner/src/errors/server-error';
import { furtherWords, messageOf } from '../../../runner/src/errors/server-words';

const error = (code: string, message: string, more: Partial<ServerError> = {}): ServerError =>
  Object.assign(new Error(message), { code, severity: 'ERROR', ...more });

afterEach(() => showRowData(false));

test.each([
  ['22P02', 'invalid input syntax for type integer: "4711"', 'invalid input syntax for type integer: "…"'],
  ['22P02', 'invalid input syntax for type integer: "a"b"', 'invalid input syntax for type integer: "…"'],
  ['22P02', 'invalid input syntax for type json', 'invalid input syntax for type json'],
  [
    '22P02',
    'ungültige Eingabesyntax für Typ integer: »4711«',
    'ungültige Eingabesyntax für Typ integer: »…«',
  ],
  ['22003', 'value "4711" is out of range for type smallint', 'value "…" is out of range for type smallint'],
  ['22008', 'date/time field value out of range: "4711-13-01"', 'date/time field value out of range: "…"'],
  [
    '22021',
    'invalid byte sequence for encoding "UTF8": 0xe2 0x28',
    'invalid byte sequence for encoding "UTF8": …',
  ],
  ['22007', 'invalid value "4711" for "MM"', 'invalid value "…"'],
  ['23505', 'duplicate key value violates unique constraint "t_key"', undefined],
  ['42703', 'column "name" does not exist', undefined],
  ['P0001', 'what the migration raises is its own word: "4711"', undefined],
])('%s %s', (code, message, shown = message) => {
  expect(messageOf(error(code, message))).toBe(shown);
  showRowData(true);
  expect(messageOf(error(code, message))).toBe(message);
});

test('a value that the statement itself has as a literal is no secret', () => {
  const refused = error('22P02', `invalid input value for enum mood: "it's"`);
  expect(messageOf(refused, `insert into t values ('it''s')`)).toBe(refused.message);
  expect(messageOf(refused, 'insert into t select its from old')).toBe(
    'invalid input value for enum mood: "…"',
  );
});

test('DETAIL and CONTEXT are left out, and the switch is named; with it they are shown', () => {
  const refused = error('23505', 'm', {
    hint: 'h',
    detail: 'Key (id)=(4711)',
    where: 'PL/pgSQL function f()',
  });
  expect(furtherWords(refused)).toEqual([
    'hint: h',
    expect.stringMatching(/^the server's DETAIL and CONTEXT left out: .*SHOW_ERROR_DETAIL=true/),
  ]);
  expect(furtherWords(error('23505', 'm', { hint: 'h' }))).toEqual(['hint: h']);
  showRowData(true);
  expect(furtherWords(refused)).toEqual([
    'hint: h',
    'DETAIL: Key (id)=(4711)',
    'CONTEXT: PL/pgSQL function f()',
  ]);
});

test('what depends on an object is named, but not what a function says in the same code', () => {
  const more = { hint: 'h', detail: 'view v depends on table t' };
  const listed = error('2BP01', 'm', { ...more, routine: 'reportDependentObjects' });
  expect(furtherWords(listed)).toEqual(['DETAIL: view v depends on table t', 'hint: h']);
  const raised = error('2BP01', 'm', { ...more, routine: 'exec_stmt_raise' });
  expect(furtherWords(raised)).toEqual(['hint: h', expect.stringMatching(/^the server's DETAIL left out/)]);
});

test('what code in the database raises is bounded, and where it is cut no half of a secret is left', () => {
  const secret = 'tr0ub4dor-and-three';
  keepSecret(secret);
  const long = `${'x'.repeat(1990)}${secret}${'y'.repeat(1_000_000)}`;
  const message = messageOf(error('P0001', long));
  expect(message).toMatch(/^x{1990}\*{3}y{7}… \(1002009 characters\)$/);
  const [hint = ''] = furtherWords(error('P0001', 'm', { hint: `${'x'.repeat(7990)}${secret}` }));
  expect(hint).not.toContain('tr0');
  expect(hint.length).toBeLessThan(8100);
});

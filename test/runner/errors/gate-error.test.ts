import { rmSync, writeFileSync } from 'node:fs';
import { readJournal } from '../../../core/journal';
import { GateError, GateErrors } from '../../../runner/src/errors/gate-error';
import { toGateError } from '../../../runner/src/errors/to-gate-error';
import { migrationsFolder } from '../../support/migrations-folder';

test('an error with changes keeps what was not changed', () => {
  const cause = new Error('below');
  const place = { file: 'm.sql', line: 2, column: 3, statement: 1 };
  const all = { remedy: 'r', detail: 'd', migration: 'm', place, sqlstate: '42P01', cause };
  const error = new GateError('MIGRATION_FAILED', 'message', all);
  expect(error.with({})).toMatchObject({ exit: 'MIGRATION_FAILED', message: 'message', ...all });
  const changed = error.with({ exit: 'HALFWAY', message: 'other', remedy: 'x', detail: undefined });
  expect(changed).toBeInstanceOf(GateError);
  expect(changed).toMatchObject({ ...all, exitCode: 86, message: 'other', remedy: 'x', detail: undefined });
  expect(error).toMatchObject({ exit: 'MIGRATION_FAILED', message: 'message', ...all });
});

test('several problems with changes still tell all of them', () => {
  const changed = new GateErrors('CONFIG', ['one', 'two'], 'r').with({ remedy: 'x' });
  expect(changed).toMatchObject({
    exit: 'CONFIG',
    message: '2 problems',
    detail: '- one\n- two',
    remedy: 'x',
  });
});

test.each<[string, (path: string) => void, RegExp]>([
  ['changed', (path) => writeFileSync(path, 'select 2'), /one.sql was changed while .*; run again$/],
  ['removed', (path) => rmSync(path), /one.sql cannot be read \(ENOENT\)/],
])('a file that is %s after it was compared is no fault of the runner', (_how, change, message) => {
  const [migration] = readJournal(migrationsFolder([{ tag: 'one', sql: 'select 1' }])).migrations;
  change(String(migration?.path));
  let error: unknown;
  try {
    error = migration?.sql;
  } catch (thrown) {
    error = thrown;
  }
  expect(toGateError(error)).toMatchObject({ exit: 'CONFIG', message: expect.stringMatching(message) });
});

test.each([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
])('%s on an open connection is a lost connection', (code) => {
  const error = toGateError(Object.assign(new Error(`write ${code}`), { code }));
  expect(error).toMatchObject({ exit: 'UNAVAILABLE', message: expect.stringContaining(code) });
});

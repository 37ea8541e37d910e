import { withLiterals } from '../../../runner/src/database/with-literals';
import { withDatabase } from '../../support/database';

test('parameters become constants, each in every place of its number', () => {
  const values = ["o'clock", 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 10];
  expect(withLiterals('select $1, $10, $1, $2::int', values)).toBe(
    "select E'o''clock', E'10', E'o''clock', E'b'::int",
  );
  expect(withLiterals('select $1', [null])).toBe('select null');
  expect(() => withLiterals('select $2', ['a'])).toThrow('$2 has no value');
});

test('names and constants stay as they are, whatever they look like', () => {
  const names = `"app$1"."a""$1", 'it''s $1', E'\\\\''$1' -- not $1, don't`;
  expect(withLiterals(`select $1, ${names}\n, $1`, ['a'])).toBe(`select E'a', ${names}\n, E'a'`);
});

test.each(['on', 'off'])(
  'the server reads them as they are, with standard_conforming_strings = %s',
  (setting) =>
    withDatabase(async ({ sql }) => {
      const values = ["'", '\\', "\\'; drop table t; --", '$1', '"', 'ä…😀', '\n\t', '%', ''];
      const text = values.map((_, index) => `($${index + 1})`).join(', ');
      const query = `select v from (values ${text}) as t (v)`;
      const found = await sql.begin(async (transaction) => {
        await transaction.unsafe(`set local standard_conforming_strings = ${setting}`);
        return transaction.unsafe(withLiterals(query, values)).simple();
      });
      expect(found.map(({ v }) => v)).toEqual(values);
    }),
);

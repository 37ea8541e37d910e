import { withVarcharLists } from '../../cli/src/rollback/generate/varchar-lists';
import { withDatabase } from '../support/database';

test('lists of varchar come back as the server had them, whatever is looked for in them', async () => {
  const conditions = [
    `a in ('x', 'it''s', '()')`,
    `t."b "" )" not in ('x', 'y')`,
    `coalesce(a, '(') in ('x', 'y') or a not in ('x', 'y') and n > 0`,
    `a = any (array['x', 'y']) or a in ('x') or x in ('x', 'y')`,
  ];
  await withDatabase(async ({ sql }) => {
    await sql.unsafe('create table t (a varchar(20), "b "" )" varchar, x text, n int)');
    const definitions = async () =>
      (
        await sql`select pg_get_indexdef(indexrelid) as def from pg_index where indrelid = 't'::regclass order by 1`
      ).map(({ def }) => String(def));
    for (const [index, condition] of conditions.entries()) {
      await sql.unsafe(`create index i${index} on t (n) where ${condition}`);
    }
    const before = await definitions();
    await sql.unsafe(conditions.map((_, index) => `drop index i${index}`).join(';'));
    for (const definition of before) await sql.unsafe(withVarcharLists(definition));
    expect(await definitions()).toEqual(before);
    // What it is for: the server's own words give another definition.
    await sql.unsafe(`drop index i0; ${before[0]}`);
    expect(await definitions()).not.toEqual(before);
  });
});

test('the text of a function is left as it is', () => {
  const sql = `CREATE FUNCTION f() AS $$ (a)::text = ANY ((ARRAY['x'::character varying])::text[]) $$`;
  expect(withVarcharLists(sql)).toBe(sql);
});

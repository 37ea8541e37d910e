import type postgres from 'postgres';
import { type TestDatabase, withDatabase } from '../support/database';
import { type KeepOptions, lossOf, undo } from '../support/keep';

/** Makes tables, undoes them, and gives the rows of the only copy. */
const keep = (
  setup: string,
  losses: readonly (readonly ['table' | 'column' | 'rows', string, string?])[],
  script: string,
  check: (rows: readonly postgres.Row[], database: TestDatabase, schema: string) => Promise<void> | void,
  options: KeepOptions = {},
) =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    await sql.unsafe(setup);
    const plan = await Promise.all(losses.map((loss) => lossOf(sql, ...loss)));
    const { kept } = await undo(url, plan, script, options);
    if (!kept) throw new Error('nothing was kept');
    const [first] = kept.tables;
    const rows = await sql.unsafe(`select * from "${kept.schema}"."${first?.copy}" order by 1`);
    expect(rows).toHaveLength(first?.rows ?? -1);
    await check([...rows], database, kept.schema);
  });

test('rows of a dropped table are kept, with their types', () =>
  keep(
    `create table "Odd name" (id serial primary key, "Ä" varchar(5), at timestamptz, n numeric(10,2), j jsonb);
     insert into "Odd name" ("Ä", at, n, j) values ('x', '2026-01-01', 1.50, '{"a":1}'), (null, null, null, null)`,
    [['table', '"Odd name"']],
    'drop table "Odd name"',
    async (rows, { sql }, schema) => {
      expect(rows).toMatchObject([
        { id: 1, Ä: 'x', n: '1.50', j: { a: 1 } },
        { id: 2, Ä: null },
      ]);
      expect(schema).toMatch(/^drizzle_gate_kept_\d{8}t\d{6}z$/);
      const [type] = await sql`
        select string_agg(format_type(atttypid, atttypmod), ', ' order by attnum) as types from pg_attribute
         where attrelid = ${`${schema}."Odd name"`}::regclass and attnum > 0`;
      expect(type?.types).toBe(
        'integer, character varying(5), timestamp with time zone, numeric(10,2), jsonb',
      );
    },
  ));

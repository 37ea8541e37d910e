import { buildFactBase, type DependencyEdge, type Fact, type StableId } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { columnsInPlace } from '../../cli/src/rollback/generate/columns-in-place';
import { lateColumns } from '../../cli/src/rollback/generate/made-tables';
import { planBack } from '../../cli/src/rollback/generate/plan-back';
import { cutDefinition, joinDefinition } from '../../cli/src/rollback/generate/table-definition';

const SCHEMA = 'Odd s';
const TABLE = 'T, (1)';
const T = '"Odd s"."T, (1)"';
const tableId: StableId = { kind: 'table', schema: SCHEMA, name: TABLE };
const schemas: Fact[] = ['public', SCHEMA].map((name) => ({ id: { kind: 'schema', name }, payload: {} }));

function table(payload: Fact['payload'] = {}): Fact {
  return {
    id: tableId,
    parent: { kind: 'schema', name: SCHEMA },
    payload: {
      persistence: 'p',
      rowSecurity: false,
      forceRowSecurity: false,
      replicaIdentity: 'd',
      ...payload,
    },
  };
}

interface Column {
  readonly name: string;
  /** The default, which needs every function whose name stands in it. */
  readonly by?: string;
  readonly generated?: string;
  readonly type?: string;
}

const FUNCTIONS = ['f', 'of_t'];

function functionOf(name: string): Fact {
  const def = `CREATE OR REPLACE FUNCTION public.${name}() RETURNS integer`;
  return {
    id: { kind: 'function', schema: 'public', name, args: [] },
    parent: { kind: 'schema', name: 'public' },
    payload: { def },
  };
}

/** The state with a table, and with functions that its columns need; `of_t` itself needs the table. */
function stateWith(columns: readonly Column[], payload: Fact['payload'] = {}) {
  const facts: Fact[] = [];
  const edges: DependencyEdge[] = [];
  columns.forEach(({ name, by, generated, type = 'integer' }, index) => {
    const id: StableId = { kind: 'column', schema: SCHEMA, table: TABLE, name };
    const value = { notNull: false, identity: null, collation: null, generatedExpr: generated ?? null };
    facts.push({ id, parent: tableId, payload: { _position: index + 1, type, ...value } });
    const byDefault: StableId = { ...id, kind: 'default' };
    if (by !== undefined) facts.push({ id: byDefault, parent: id, payload: { expr: by } });
    for (const other of columns) {
      if (!generated?.includes(`"${other.name}"`)) continue;
      edges.push({ from: id, to: { ...id, name: other.name }, kind: 'depends' });
    }
    for (const called of FUNCTIONS) {
      if (!`${by ?? generated}`.includes(`public.${called}(`)) continue;
      edges.push({
        from: by === undefined ? id : byDefault,
        to: functionOf(called).id,
        kind: 'depends',
      });
    }
  });
  const functions = FUNCTIONS.map(functionOf);
  edges.push({ from: functionOf('of_t').id, to: tableId, kind: 'depends' });
  return buildFactBase([...schemas, ...functions, table(payload), ...facts], edges);
}

const without = (...functions: readonly string[]) =>
  buildFactBase([...schemas, ...functions.map(functionOf)], []);

async function planned(to: ReturnType<typeof stateWith>, from = without()) {
  const actions = await planBack(from, to, 'me');
  const late = lateColumns(actions, to).behind.map(({ id }) => id.name);
  return { sql: actions.map(({ sql }) => sql).filter((sql) => sql.includes('TABLE')), late };
}

describe('the columns of a table that is made anew', () => {
  test('stand in their order, also where a default calls a function or a value is computed from others', async () => {
    const to = stateWith([
      { name: 'a, "b" (', by: `public.f('x, "z" integer, (')` },
      { name: 'g', generated: '("z" * 2)' },
      { name: 'z' },
      { name: 'last', by: 'public.f()' },
      { name: 'end' },
    ]);
    expect(await planned(to, without('f'))).toEqual({
      sql: [
        `CREATE TABLE ${T} ("a, ""b"" (" integer DEFAULT public.f('x, "z" integer, ('), "g" integer GENERATED ALWAYS AS (("z" * 2)) STORED, "z" integer, "last" integer DEFAULT public.f(), "end" integer)`,
      ],
      late: [],
    });
  });

  test('wait together for a function that is made, too', async () => {
    const to = stateWith([
      { name: 'a', by: 'public.f()' },
      { name: 'g', generated: 'public.f(b)' },
      { name: 'b' },
    ]);
    const { sql } = await planned(to);
    expect(sql).toEqual([
      `CREATE TABLE ${T} ("a" integer DEFAULT public.f(), "g" integer GENERATED ALWAYS AS (public.f(b)) STORED, "b" integer)`,
    ]);
    const all = (await planBack(without(), to, 'me')).map((action) => action.sql);
    expect(all.findIndex((text) => text.includes('public.f()'))).toBeLessThan(all.indexOf(sql[0] ?? ''));
  });

  test('are those of an unlogged table and of one that inherits, too', async () => {
    const columns = [{ name: 'a', by: 'public.f()' }, { name: 'b' }];
    const { sql } = await planned(stateWith(columns, { persistence: 'u' }), without('f'));
    expect(sql).toEqual([`CREATE UNLOGGED TABLE ${T} ("a" integer DEFAULT public.f(), "b" integer)`]);
    const action = { verb: 'create', consumes: [], destroys: [], newSegmentBefore: false };
    const column = (name: string): StableId => ({ kind: 'column', schema: SCHEMA, table: TABLE, name });
    const made = await columnsInPlace(
      [
        { ...action, sql: `CREATE TABLE ${T} () INHERITS ("public"."p, (")`, produces: [tableId] },
        { ...action, sql: `ALTER TABLE ${T} ADD COLUMN "b" integer`, produces: [column('b')] },
        {
          ...action,
          sql: `ALTER TABLE ${T} ADD COLUMN "a" integer DEFAULT public.f()`,
          produces: [column('a')],
        },
      ] as unknown as Action[],
      stateWith(columns),
    );
    expect(made.map(({ sql }) => sql)).toEqual([
      `CREATE TABLE ${T} ("a" integer DEFAULT public.f(), "b" integer) INHERITS ("public"."p, (")`,
    ]);
  });

  test('keep their place when the function of a default needs the table: only the default follows', async () => {
    const to = stateWith([
      { name: 'g', generated: '("a" * 2)' },
      { name: 'a', by: 'public.of_t()' },
      { name: 'b' },
    ]);
    expect(await planned(to)).toEqual({
      sql: [
        `CREATE TABLE ${T} ("g" integer GENERATED ALWAYS AS (("a" * 2)) STORED, "a" integer, "b" integer)`,
        `ALTER TABLE ${T} ALTER COLUMN "a" SET DEFAULT public.of_t()`,
      ],
      late: [],
    });
  });

  test('come last only where they really have to wait, which is told unless they were last', async () => {
    const waits = { name: 'g', generated: 'public.of_t()' };
    expect(await planned(stateWith([{ name: 'a' }, waits, { name: 'b', by: 'public.f()' }]))).toEqual({
      sql: [
        `CREATE TABLE ${T} ("a" integer, "b" integer DEFAULT public.f())`,
        `ALTER TABLE ${T} ADD COLUMN "g" integer GENERATED ALWAYS AS (public.of_t()) STORED`,
      ],
      late: ['g'],
    });
    const last = stateWith([{ name: 'a' }, waits, { ...waits, name: 'h' }]);
    expect((await planned(last)).late).toEqual([]);
  });

  test('that come back to a table which is there are still added', async () => {
    const to = stateWith([{ name: 'a', by: 'public.f()' }, { name: 'b' }]);
    const there = to.facts().filter(({ id }) => !('name' in id) || id.name !== 'a');
    const { sql } = await planned(to, buildFactBase(there, [...to.edges]));
    expect(sql).toEqual([`ALTER TABLE ${T} ADD COLUMN "a" integer DEFAULT public.f()`]);
  });
});

test('a definition is cut between its columns and nowhere else', () => {
  const elements = [
    `"a, ""(" text DEFAULT 'it''s, ('`,
    `"b" integer[] DEFAULT ARRAY[1, 2]`,
    `"c" text DEFAULT E'\\', ('`,
    `CONSTRAINT "k, (" CHECK (((b > 0) AND (c <> ','::text)))`,
  ];
  const sql = `CREATE TABLE ${T} (${elements.join(', ')}) PARTITION BY RANGE (b)`;
  const definition = cutDefinition(sql);
  expect(definition).toEqual({ head: `CREATE TABLE ${T} (`, elements, tail: ') PARTITION BY RANGE (b)' });
  expect(definition && joinDefinition(definition)).toBe(sql);
  expect(cutDefinition(`CREATE TABLE ${T} PARTITION OF "public"."p" FOR VALUES IN (1)`)).toBeUndefined();
});

import { buildFactBase, type Fact, type FactBase, type StableId } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { isColumn } from '../../cli/src/rollback/generate/fact-names';
import { withoutRetypedKeys } from '../../cli/src/rollback/generate/foreign-keys-aside';
import { type LateColumns, lateColumns } from '../../cli/src/rollback/generate/made-tables';
import { planBack } from '../../cli/src/rollback/generate/plan-back';
import { stepsOfPlan } from '../../cli/src/rollback/generate/steps-of-plan';
import { summarize } from '../../cli/src/rollback/generate/summary';

const schema: Fact = { id: { kind: 'schema', name: 'public' }, payload: {} };
const tableId: StableId = { kind: 'table', schema: 'public', name: 't' };
const table: Fact = {
  id: tableId,
  parent: schema.id,
  payload: { persistence: 'p', rowSecurity: false, forceRowSecurity: false, replicaIdentity: 'd' },
};
const plain = { notNull: false, identity: null, collation: null, generatedExpr: null };

function column(name: string, payload: Fact['payload']): Fact {
  return {
    id: { kind: 'column', schema: 'public', table: 't', name },
    parent: tableId,
    payload: { ...plain, ...payload },
  };
}

function constraint(name: string, of: string, type: string, def: string) {
  const id: StableId = { kind: 'constraint', schema: 'public', table: 't', name };
  const fact: Fact = { id, parent: tableId, payload: { def, type, validated: true } };
  return { fact, edge: { from: id, to: column(of, {}).id, kind: 'depends' as const } };
}

function facts(
  columns: readonly Fact[],
  constraints: readonly ReturnType<typeof constraint>[] = [],
): FactBase {
  const all = [schema, table, ...columns, ...constraints.map(({ fact }) => fact)];
  return buildFactBase(
    all,
    constraints.map(({ edge }) => edge),
  );
}

async function steps(from: FactBase, to: FactBase, more: { virtual?: string[]; actions?: Action[] } = {}) {
  const actions = more.actions ?? (await planBack(from, to, 'me'));
  const made = stepsOfPlan({
    ...{ from, to, actions, labels: [], typeChanges: [], rejected: new Map(), owner: 'me' },
    keysAside: [],
    virtual: new Set(more.virtual ?? []),
  });
  return { ...made, sql: made.steps.map(({ sql }) => sql), notes: made.steps.flatMap(({ notes }) => notes) };
}

const T = 'ALTER TABLE "public"."t"';

describe('a required column that comes back', () => {
  test('gets a stand-in, which stays no default', async () => {
    const { sql } = await steps(facts([]), facts([column('a b', { type: 'text', notNull: true })]));
    expect(sql).toEqual([
      `${T} ADD COLUMN "a b" text NOT NULL DEFAULT ''`,
      `${T} ALTER COLUMN "a b" DROP DEFAULT`,
    ]);
  });

  test('gets one also where it is there, but has to be made anew', async () => {
    const { sql } = await steps(
      facts([column('a', { type: 'integer', generatedExpr: '(1 + 1)' })]),
      facts([column('a', { type: 'integer', notNull: true })]),
    );
    expect(sql).toEqual([
      `${T} DROP COLUMN "a"`,
      `${T} ADD COLUMN "a" integer NOT NULL DEFAULT 0`,
      `${T} ALTER COLUMN "a" DROP DEFAULT`,
    ]);
  });

  test('gets another value in each row where they must differ', async () => {
    const unique = constraint('u', 'a', 'u', 'UNIQUE (a)');
    const { sql } = await steps(facts([]), facts([column('a', { type: 'date', notNull: true })], [unique]));
    expect(sql[0]).toBe('CREATE TEMPORARY SEQUENCE "rollback_numbers"');
    expect(sql[1]).toContain("DEFAULT date '0001-01-01' + nextval('pg_temp.rollback_numbers')::integer");
    expect(sql.at(-1)).toBe('DROP SEQUENCE pg_temp."rollback_numbers"');
  });

  test('is left to a person where it refers to other rows', async () => {
    const foreign = constraint('f', 'a', 'f', 'FOREIGN KEY (a) REFERENCES o(id)');
    const { sql, notes } = await steps(
      facts([]),
      facts([column('a', { type: 'uuid', notNull: true })], [foreign]),
    );
    expect(sql.slice(0, 2)).toEqual([`${T} ADD COLUMN "a" uuid`, `${T} ALTER COLUMN "a" SET NOT NULL`]);
    expect(notes).toEqual([
      expect.stringMatching(/^MANUAL: "t"."a" refers to other rows \("f"\), and nothing tells to which\./),
      'UPDATE "public"."t" SET "a" = …;',
    ]);
  });

  test('has no NULL any more: rows that were written without a value are filled first', async () => {
    const deferred = constraint('d', 'b', 'u', 'UNIQUE (b) DEFERRABLE INITIALLY DEFERRED');
    const [a, b] = [column('a', { type: 'integer' }), column('b', { type: 'integer' })];
    const { sql } = await steps(
      facts([a, b], [deferred]),
      facts([column('a', { type: 'integer', notNull: true }), b], [deferred]),
    );
    expect(sql).toEqual([
      'UPDATE "public"."t" SET "a" = 0 WHERE "a" IS NULL',
      'SET CONSTRAINTS ALL IMMEDIATE',
      `${T} ALTER COLUMN "a" SET NOT NULL`,
    ]);
  });
});

test('a column that is computed when it is read does not come back as a stored one', async () => {
  const generated = column('g', { type: 'integer', generatedExpr: '(1 + 1)' });
  const { sql } = await steps(facts([]), facts([generated]), { virtual: ['"t"."g"'] });
  expect(sql).toEqual([`${T} ADD COLUMN "g" integer GENERATED ALWAYS AS ((1 + 1)) VIRTUAL`]);
});

test('what is lost stands before the statement, and who runs it is not named', async () => {
  const dropped = await steps(facts([column('a', { type: 'text' })]), facts([]));
  expect(dropped.notes).toEqual(['DESTRUCTIVE: drops column "t"."a" with its values.']);
  const action = {
    ...{ sql: 'ALTER DEFAULT PRIVILEGES FOR ROLE "me" GRANT SELECT ON TABLES TO "x"', verb: 'create' },
    ...{ produces: [], consumes: [], destroys: [], releases: [], transactionality: 'transactional' },
    ...{ lockClass: 'none', newSegmentBefore: false, dataLoss: 'none', rewriteRisk: false },
  } as unknown as Action;
  const { sql } = await steps(facts([]), facts([]), { actions: [action] });
  expect(sql).toEqual(['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "x"']);
});

test('the first lines tell what comes back, what is lost, and what comes back in another place', () => {
  const from = facts([column('new', { type: 'text' })]);
  const to = facts([column('old', { type: 'text' })]);
  const state = { facts: from, diagnostics: [], identities: [], virtual: new Set<string>() };
  const rest = {
    labels: [],
    typeChanges: [],
    filled: [],
    keys: [],
    late: lateColumns([], to),
    hasRenames: false,
    roles: ['r'],
    changedRows: ['rows'],
  };
  expect(summarize({ from, to, before: state, after: state, ...rest })).toEqual({
    restores: ['no column "t"."new"', 'column "t"."old"'],
    lost: ['the values of "t"."new"', 'the values that "t"."old" had', 'rows'],
    remarks: [
      'PostgreSQL puts columns that come back last in their table: "t"."old".',
      'Roles belong to the whole server and are left as the migration left them: "r".',
    ],
  });
  const madeAnew = { isInMadeTable: () => true, behind: to.facts().filter(isColumn) };
  const inMade = (late: LateColumns) =>
    summarize({ from, to, before: state, after: state, ...rest, late }).remarks[0];
  expect(inMade(madeAnew)).toBe('PostgreSQL puts columns that come back last in their table: "t"."old".');
  expect(inMade({ ...madeAnew, behind: [] })).toMatch(/^Roles/);
});

test('foreign keys stand aside while both of their sides get another type', async () => {
  const [old, back] = ['text', 'integer'].map((type) => {
    const key = constraint('f', 'a', 'f', 'FOREIGN KEY (a) REFERENCES t(a)');
    return facts([column('a', { type })], [key]);
  }) as [FactBase, FactBase];
  const change = (from: string, to: string) => ({
    ...{ column: column('a', { type: to }) as never, from, to },
    ...{ planned: '', statement: '', notes: [], rounds: false },
  });
  const aside = await withoutRetypedKeys(old, back, [change('text', 'integer')]);
  expect(aside.statements).toEqual([`${T} DROP CONSTRAINT "f"`]);
  expect((await planBack(aside.facts, back, 'me')).at(-1)?.sql).toContain('ADD CONSTRAINT "f"');
  const longer = await withoutRetypedKeys(old, back, [
    change('character varying(3)', 'character varying(5)'),
  ]);
  expect(longer.statements).toEqual([]);
});

describe('a foreign key to a table that comes back without its rows', () => {
  const otherId: StableId = { kind: 'table', schema: 'public', name: 'o' };
  const other: Fact = { ...table, id: otherId };
  const key: Fact = { ...column('id', { type: 'integer', notNull: true }), parent: otherId };
  const keyId: StableId = { kind: 'column', schema: 'public', table: 'o', name: 'id' };
  const { fact, edge } = constraint('f', 'a', 'f', 'FOREIGN KEY (a) REFERENCES o(id)');
  const withKey = (referring = table) =>
    buildFactBase(
      [schema, referring, column('a', { type: 'integer' }), other, { ...key, id: keyId }, fact],
      [edge, { from: fact.id, to: keyId, kind: 'depends' }],
    );
  const added = `${T} ADD CONSTRAINT "f" FOREIGN KEY (a) REFERENCES o(id)`;

  test('is made all the same where rows refer to what is gone, and holds for new ones', async () => {
    const { sql, notes } = await steps(facts([column('a', { type: 'integer' })]), withKey());
    expect(sql.at(-1)).toContain(
      `  ${added};\nEXCEPTION WHEN foreign_key_violation THEN\n  ${added} NOT VALID;`,
    );
    expect(notes.at(-1)).toBe(`rows only. Once they are back: ${T} VALIDATE CONSTRAINT "f";`);
  });

  test('also where that table is there, and is made anew', async () => {
    const id: Fact = { ...key, id: keyId };
    const remade = { ...other, payload: { ...other.payload, partitionKey: 'RANGE (id)' } };
    const from = buildFactBase([schema, table, column('a', { type: 'integer' }), remade, id], []);
    const { sql, keys } = await steps(from, withKey());
    expect(sql).toContain('DROP TABLE "public"."o"');
    expect(sql.at(-1)).toContain(`  ${added} NOT VALID;`);
    expect(keys).toMatchObject([{ name: 'f', emptied: '"o"' }]);
  });

  test('stops the rollback in a partitioned table, which can not have it otherwise', async () => {
    const partitioned = { ...table, payload: { ...table.payload, partitionKey: 'RANGE (a)' } };
    const from = buildFactBase([schema, partitioned, column('a', { type: 'integer' })], []);
    const { sql, notes } = await steps(from, withKey(partitioned));
    expect(sql.at(-1)).toBe(added);
    expect(notes.at(-1)).toMatch(/that refer to them stop the rollback here\.$/);
  });

  test('is made as it is where its column comes back as well, with nothing in it', async () => {
    const { sql, notes } = await steps(facts([]), withKey());
    expect(sql.at(-1)).toBe(added);
    expect(notes).toEqual([]);
  });
});

describe('a sequence that is made anew', () => {
  const numbering = {
    increment: '1',
    start: '1',
    minValue: '1',
    maxValue: '2147483647',
    cache: '1',
    cycle: false,
  };
  const id = (identity: Fact['payload']['identity']) =>
    column('id', { type: 'integer', notNull: true, identity });
  const identity = (options: Record<string, unknown> = {}) => ({
    ...{ generation: 'd', sequence: { schema: 'public', name: 't_id_seq' } },
    options: { ...numbering, ...options },
  });
  const serial: Fact = {
    id: { kind: 'sequence', schema: 'public', name: "t's_seq" },
    parent: schema.id,
    payload: { ...numbering, dataType: 'integer', ownedBy: { schema: 'public', table: 't', column: 'id' } },
  };
  const withSerial = (...columns: Fact[]) => buildFactBase([schema, table, ...columns, serial], []);

  test('goes on where the rows end', async () => {
    const { sql, notes } = await steps(facts([id(identity())]), withSerial(id(null)));
    expect(sql.at(-1)).toBe(
      `SELECT setval('"public"."t''s_seq"', max("id")) FROM "public"."t" HAVING max("id") BETWEEN 1 AND 2147483647`,
    );
    expect(notes.at(-1)).toMatch(/^Goes on where the rows end/);
  });

  test('of an identity, which has a name of its own, too; the other way where it counts down', async () => {
    const down = identity({ increment: '-2', start: '-1', minValue: '-99', maxValue: '-1' });
    const { sql } = await steps(facts([id(null)]), facts([id(down)]));
    expect(sql.at(-1)).toBe(
      `SELECT setval(pg_get_serial_sequence('"public"."t"', 'id'), min("id")) FROM "public"."t" HAVING min("id") BETWEEN -99 AND -1`,
    );
  });

  test.each<[string, FactBase, FactBase]>([
    ['a column that comes back has no numbers yet', facts([]), withSerial(id(null))],
    ['one that stays goes on by itself', withSerial(id(null)), withSerial(id(null))],
    ['an identity that only changes, too', facts([id(identity())]), facts([id(identity({ start: '5' }))])],
  ])('%s', async (_name, from, to) => {
    expect((await steps(from, to)).sql.join('\n')).not.toContain('setval');
  });
});

import type { IdentityKind, ObjectIdentity } from '../../cli/src/rollback/generate/object-identity';
import { renameBack } from '../../cli/src/rollback/generate/rename-back';

function object(kind: IdentityKind, key: string, parent: string | null, name: string): ObjectIdentity {
  return { kind, key, parent, name, signature: kind === 'routine' ? 'x integer' : null };
}

const SPACES = [object('schema', 'n1', null, 'public'), object('schema', 'n2', null, 'Other')];
const TABLE = object('table', 'c1', 'n1', 'users');

function back(before: readonly ObjectIdentity[], after: readonly ObjectIdentity[]): string[] {
  return renameBack([...SPACES, ...before], [...SPACES, ...after]);
}

describe('giving names back', () => {
  test('what was dropped and what was added are two things, whatever they are called', () => {
    expect(back([object('table', 'c1', 'n1', 'a')], [object('table', 'c2', 'n1', 'b')])).toEqual([]);
  });

  test.each<[IdentityKind, string, string]>([
    ['view', 'n1', 'ALTER VIEW "public"."new" RENAME TO "old"'],
    ['materialized view', 'n1', 'ALTER MATERIALIZED VIEW "public"."new" RENAME TO "old"'],
    ['sequence', 'n1', 'ALTER SEQUENCE "public"."new" RENAME TO "old"'],
    ['index', 'n1', 'ALTER INDEX "public"."new" RENAME TO "old"'],
    ['type', 'n1', 'ALTER TYPE "public"."new" RENAME TO "old"'],
    ['domain', 'n1', 'ALTER DOMAIN "public"."new" RENAME TO "old"'],
    ['routine', 'n1', 'ALTER ROUTINE "public"."new"(x integer) RENAME TO "old"'],
    ['column', 'c1', 'ALTER TABLE "public"."users" RENAME COLUMN "new" TO "old"'],
    ['constraint', 'c1', 'ALTER TABLE "public"."users" RENAME CONSTRAINT "new" TO "old"'],
    ['trigger', 'c1', 'ALTER TRIGGER "new" ON "public"."users" RENAME TO "old"'],
    ['policy', 'c1', 'ALTER POLICY "new" ON "public"."users" RENAME TO "old"'],
    ['rule', 'c1', 'ALTER RULE "new" ON "public"."users" RENAME TO "old"'],
    ['enum value', 'c1', `ALTER TYPE "public"."users" RENAME VALUE 'new' TO 'old'`],
    ['attribute', 'c1', 'ALTER TYPE "public"."users" RENAME ATTRIBUTE "new" TO "old" CASCADE'],
  ])('of a %s', (kind, parent, expected) => {
    const [before, after] = [object(kind, 'x9', parent, 'old'), object(kind, 'x9', parent, 'new')];
    expect(back([TABLE, before], [TABLE, after])).toEqual([expected]);
  });

  test('a table first, so that its columns are named by the old name', () => {
    const before = [TABLE, object('column', 'a1', 'c1', 'name')];
    const after = [object('table', 'c1', 'n1', 'people'), object('column', 'a1', 'c1', 'full "name"')];
    expect(back(before, after)).toEqual([
      'ALTER TABLE "public"."people" RENAME TO "users"',
      'ALTER TABLE "public"."users" RENAME COLUMN "full ""name""" TO "name"',
    ]);
  });

  test('a schema first, and what moved to another goes back', () => {
    const after = [
      object('schema', 'n1', null, 'app'),
      SPACES[1] as ObjectIdentity,
      object('table', 'c1', 'n2', 'u'),
    ];
    expect(renameBack([...SPACES, TABLE], after)).toEqual([
      'ALTER SCHEMA "app" RENAME TO "public"',
      'ALTER TABLE "Other"."u" SET SCHEMA "public"',
      'ALTER TABLE "public"."u" RENAME TO "users"',
    ]);
  });

  test('two that changed places pass by a third name', () => {
    const pair = (a: string, b: string) => [
      TABLE,
      object('column', 'a1', 'c1', a),
      object('column', 'a2', 'c1', b),
    ];
    expect(back(pair('x', 'y'), pair('y', 'x'))).toEqual([
      'ALTER TABLE "public"."users" RENAME COLUMN "y" TO "y__replaced"',
      'ALTER TABLE "public"."users" RENAME COLUMN "x" TO "y"',
      'ALTER TABLE "public"."users" RENAME COLUMN "y__replaced" TO "x"',
    ]);
  });

  test('a new object that took the name stands aside, under a name that PostgreSQL does not cut', () => {
    const name = 'ä'.repeat(31);
    const before = [object('table', 'c1', 'n1', name)];
    const after = [object('table', 'c1', 'n1', 'old'), object('table', 'c2', 'n1', name)];
    expect(back(before, after)).toEqual([
      `ALTER TABLE "public"."${name}" RENAME TO "${'ä'.repeat(26)}__replaced"`,
      `ALTER TABLE "public"."old" RENAME TO "${name}"`,
    ]);
  });
});

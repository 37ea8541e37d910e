import { buildFactBase, type Fact } from '@supabase/pg-delta/core';
import { defaultPrivilegeStatements } from '../../cli/src/rollback/generate/default-privileges';
import { lateColumns } from '../../cli/src/rollback/generate/made-tables';
import { planBack } from '../../cli/src/rollback/generate/plan-back';
import { summarize } from '../../cli/src/rollback/generate/summary';

interface Entry {
  readonly role?: string;
  readonly schema?: string | null;
  readonly grantee: string;
  readonly privileges: string[];
  readonly grantable?: string[];
  readonly builtIn?: string[];
}

const ALL = ['INSERT', 'SELECT', 'UPDATE'];

/** A state in which the tables of a role, `me` unless it is named, are made with these privileges. */
function stateWith(...entries: readonly Entry[]) {
  const roles = ['me', 'other', 'a "b"'].map((name): Fact => ({ id: { kind: 'role', name }, payload: {} }));
  const facts = entries.map(
    ({ role = 'me', schema = null, grantee, privileges, grantable = [], builtIn = [] }: Entry): Fact => ({
      id: { kind: 'defaultPrivilege', role, schema, objtype: 'r', grantee },
      payload: {
        privileges,
        grantable,
        _builtIn: builtIn,
        ...(privileges.length === 0 && { _revokedDefault: builtIn }),
      },
    }),
  );
  return buildFactBase([...roles, { id: { kind: 'schema', name: 's' }, payload: {} }, ...facts], []);
}

type State = ReturnType<typeof stateWith>;

async function statements(from: State, to: State): Promise<string[]> {
  const actions = await planBack(from, to, 'me');
  return actions.flatMap((action) => defaultPrivilegeStatements(action, { from, to, owner: 'me' }));
}

const OTHER = 'ALTER DEFAULT PRIVILEGES FOR ROLE "other"';
const MINE = 'ALTER DEFAULT PRIVILEGES';

describe('default privileges', () => {
  test.each(['me', 'other'])(
    'of a role (%s) on its own objects are taken away before they are given anew',
    async (role) => {
      const own = { role, grantee: role, builtIn: ALL };
      const start = role === 'me' ? MINE : OTHER;
      const name = role === 'me' ? 'CURRENT_USER' : '"other"';
      const some = stateWith({ ...own, privileges: ['INSERT', 'SELECT'], grantable: ['SELECT'] });
      const none = stateWith({ ...own, privileges: [] });
      const revoke = `${start} REVOKE ALL ON TABLES FROM ${name}`;
      const builtIn = `${start} GRANT INSERT, SELECT, UPDATE ON TABLES TO ${name}`;
      const given = [
        `${start} GRANT INSERT ON TABLES TO ${name}`,
        `${start} GRANT SELECT ON TABLES TO ${name} WITH GRANT OPTION`,
      ];
      expect(await statements(stateWith(), some)).toEqual([revoke, ...given]);
      expect(await statements(some, stateWith())).toEqual([revoke, builtIn]);
      expect(await statements(some, none)).toEqual([revoke]);
      expect(await statements(none, some)).toEqual([revoke, ...given]);
      expect((await statements(none, stateWith())).at(-1)).toBe(builtIn);
    },
  );

  test('of others, and those that a schema adds, are given and taken as they are', async () => {
    const entries = [
      { grantee: 'a "b"', privileges: ['SELECT'] },
      { schema: 's', grantee: 'me', privileges: ['SELECT'] },
      { schema: 's', grantee: 'PUBLIC', privileges: ['SELECT'] },
    ];
    const given = ['TABLES TO "a ""b"""', 'TABLES TO PUBLIC', 'TABLES TO CURRENT_USER'];
    expect((await statements(stateWith(), stateWith(...entries))).sort()).toEqual(
      [
        `${MINE} GRANT SELECT ON ${given[0]}`,
        `${MINE} IN SCHEMA "s" GRANT SELECT ON ${given[1]}`,
        `${MINE} IN SCHEMA "s" GRANT SELECT ON ${given[2]}`,
      ].sort(),
    );
    expect((await statements(stateWith(...entries), stateWith())).sort()).toEqual(
      [
        `${MINE} IN SCHEMA "s" REVOKE ALL ON TABLES FROM CURRENT_USER`,
        `${MINE} IN SCHEMA "s" REVOKE ALL ON TABLES FROM PUBLIC`,
        `${MINE} REVOKE ALL ON TABLES FROM "a ""b"""`,
      ].sort(),
    );
  });

  test('are told with whose they are, on what and where, and once', () => {
    const from = stateWith({ schema: 's', grantee: 'a "b"', privileges: ['SELECT'] });
    const to = stateWith(
      { grantee: 'PUBLIC', privileges: ['SELECT'] },
      { role: 'other', grantee: 'PUBLIC', privileges: ['SELECT'] },
    );
    const state = { facts: from, diagnostics: [], identities: [], virtual: new Set<string>() };
    const rest = {
      labels: [],
      typeChanges: [],
      filled: [],
      keys: [],
      hasRenames: false,
      roles: [],
      changedRows: [],
    };
    const { restores } = summarize({
      from,
      to,
      before: state,
      after: state,
      late: lateColumns([], to),
      ...rest,
    });
    expect(restores).toEqual([
      'default privileges of "a ""b""" on tables in schema "s" as they were',
      'default privileges of PUBLIC on tables as they were',
    ]);
  });
});

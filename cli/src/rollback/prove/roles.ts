import { isServerError } from '../../../../runner/src/errors/server-error';
import { quoteIdentifier, quoteLiteral } from '../../../../runner/src/sql/quote';
import type { ScratchDatabase } from '../../scratch/scratch-server';

export async function rolesOf({ sql }: ScratchDatabase): Promise<ReadonlySet<string>> {
  const rows = await sql<{ rolname: string }[]>`select rolname from pg_roles`;
  return new Set(rows.map(({ rolname }) => rolname));
}

export interface NewRoles {
  readonly dropped: readonly string[];
  /** What may not be touched, or on which something in another database depends. */
  readonly left: readonly string[];
}

/**
 * Drops the roles that came since. They belong to the server and outlive a database and every rollback in it: where a
 * migration is applied once more, it would find its own role there. What a script has left to a role in this database is
 * taken from it first. On a server that is used by others too, only what is surely its own is touched.
 */
export async function dropNewRoles(
  database: ScratchDatabase,
  before: ReadonlySet<string>,
): Promise<NewRoles> {
  const left = new Set<string>();
  const own = new Set<string>();
  for (const role of await rolesOf(database)) {
    if (before.has(role)) continue;
    ((await database.isOwnRole(role)) ? own : left).add(role);
  }
  const dropped: string[] = [];
  // One can depend on another, which has to go first.
  for (let count = -1; count < dropped.length; ) {
    count = dropped.length;
    for (const role of own) {
      if (!(await isDropped(database, role))) continue;
      dropped.push(role);
      own.delete(role);
    }
  }
  return { dropped, left: [...left, ...own] };
}

async function isDropped({ sql, isPrivate }: ScratchDatabase, role: string): Promise<boolean> {
  const name = quoteIdentifier(role);
  const drop = `drop role ${name}`;
  if (await isDone(sql.unsafe(drop))) return true;
  if (!isPrivate && (await isUsedElsewhere(sql, role))) return false;
  return isDone(sql.unsafe(`reassign owned by ${name} to current_user; drop owned by ${name}; ${drop}`));
}

/** Whether something depends on the role that is neither in this database nor the database itself. */
async function isUsedElsewhere(sql: ScratchDatabase['sql'], role: string): Promise<boolean> {
  const rows = await sql.unsafe(`
    select from pg_shdepend s join pg_roles r on r.oid = s.refobjid join pg_database d on d.datname = current_database()
     where s.refclassid = 'pg_authid'::regclass and r.rolname = ${quoteLiteral(role)} and s.dbid <> d.oid
       and (s.classid, s.objid) is distinct from ('pg_database'::regclass::oid, d.oid)`);
  return rows.length > 0;
}

async function isDone(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!isServerError(error)) throw error;
    return false;
  }
}

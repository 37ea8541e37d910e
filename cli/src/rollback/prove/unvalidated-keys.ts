import type postgres from 'postgres';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { SqlState } from '../../../../runner/src/errors/sqlstate';
import type { Change, Difference } from '../../catalog/compare-catalogs';
import { identity } from '../../catalog/scope';

/**
 * Foreign keys that differ only in being NOT VALID, and that the server can't validate: rows refer to rows which the
 * migration took away, and no script brings back. One that could be validated is not among them.
 */
export async function unvalidatedKeys(
  sql: postgres.Sql,
  differences: readonly Difference[],
): Promise<readonly Change[]> {
  const found: Change[] = [];
  for (const difference of differences) {
    if (isUnvalidated(difference) && (await isRefused(sql, difference.name))) found.push(difference);
  }
  return found;
}

function isUnvalidated(difference: Difference): difference is Change {
  if (difference.difference !== 'changed' || difference.attribute !== 'definition') return false;
  const { expected, actual } = difference;
  return String(expected).startsWith('FOREIGN KEY ') && actual === `${expected} NOT VALID`;
}

async function isRefused(sql: postgres.Sql, name: string): Promise<boolean> {
  const [key] = await sql<{ relation: string; constraint: string }[]>`
    select conrelid::regclass::text as relation, quote_ident(conname) as constraint from pg_constraint k
     where contype = 'f' and not convalidated and ${sql.unsafe(identity('pg_constraint', 'k.oid'))} = ${name}`;
  if (!key) return false;
  try {
    await sql.unsafe(`alter table ${key.relation} validate constraint ${key.constraint}`);
    return false;
  } catch (error) {
    if (isServerError(error) && error.code === SqlState.FOREIGN_KEY_VIOLATION) return true;
    throw error;
  }
}

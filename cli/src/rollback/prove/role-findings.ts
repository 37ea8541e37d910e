import type { Migration } from '../../../../core/journal';
import { parseStatement } from '../../../../runner/src/sql/parse';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { splitStatements } from '../../../../runner/src/sql/split-statements';
import type { Finding } from '../../report/finding';

const CREATES_ROLE = /^create\s+(?:role|user|group)\b/i;

/** Tells of roles that a migration makes without looking whether they are there: after a rollback they are. */
export async function roleWarnings(
  { tag, sql, path }: Migration,
  dropped: readonly string[],
): Promise<Finding[]> {
  const statements = splitStatements(sql).filter(({ text }) => CREATES_ROLE.test(text));
  const nodes = await Promise.all(statements.map(({ text }) => parseStatement(text)));
  return nodes.flatMap((node) => {
    const role = node && 'CreateRoleStmt' in node ? node.CreateRoleStmt.role : undefined;
    if (role === undefined || !dropped.includes(role)) return [];
    const message = `role ${quoteIdentifier(role)} belongs to the server and outlives a rollback, so that ${tag} can only be applied again once it is dropped, as was done here`;
    const remedy = `DROP ROLE ${quoteIdentifier(role)} before that; a migration that nobody has applied yet can make it only where it is missing`;
    return [{ message, remedy, path, line: 1 }];
  });
}

/** What a person can do about roles that keep a migration from being applied again. */
export function remedyForRoles(left: readonly string[]): string | undefined {
  if (left.length === 0) return undefined;
  const roles = left.map(quoteIdentifier).join(', ');
  return `roles that came meanwhile are still on the server: ${roles}; only what is surely of this run is dropped there, so prove it while nobody else is at work, or without --server`;
}

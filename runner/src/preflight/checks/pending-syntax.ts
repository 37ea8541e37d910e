import type { Session } from '../../database/session';
import { excerptOf } from '../../errors/excerpt';
import { originOf } from '../../migrate/script-origin';
import type { PlannedMigration } from '../../migrate/unit';
import { positionOf } from '../../sql/position';
import type { ClassifiedStatement } from '../../sql/script-statements';
import { type Finding, refuse } from '../check';
import type { UnreadStatement } from '../pending/analyse-pending';
import { askForSyntax } from '../pending/server-syntax';

const CHECK = 'pending statements';

/** What git leaves in a file, from the first mark to the last, or to the end of the file. */
const CONFLICT = /^<{7} .*$(?:[\s\S]*?^>{7} .*$|[\s\S]*)/gm;

/** The lexer of a session that was told to read backslashes otherwise can't be foretold. */
const OTHER_LEXER = /standard_conforming_strings/i;

/** Refuses what the server can't read, all places of all files at once; a merge conflict counts once. */
export async function checkPendingSyntax(
  session: Session,
  unread: readonly UnreadStatement[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const conflicts = new Map<PlannedMigration, Set<number>>();
  const isElsewhere = unread.some(({ planned }) => OTHER_LEXER.test(planned.migration.sql));
  for (const { planned, statement } of unread) {
    const conflict = conflictAt(planned.migration.sql, statement);
    if (conflict !== undefined) {
      const known = conflicts.get(planned) ?? new Set();
      if (!known.has(conflict)) findings.push(unresolved(planned, conflict));
      conflicts.set(planned, known.add(conflict));
      continue;
    }
    if (isElsewhere && statement.text.includes('\\')) continue;
    const error = await askForSyntax(session, { ...originOf(planned), statement });
    if (error) findings.push(refuse(CHECK, 'PREFLIGHT', error.message, error));
  }
  return findings;
}

/** Where the conflict begins that the statement is part of. */
function conflictAt(sql: string, { start, text }: ClassifiedStatement): number | undefined {
  if (!sql.includes('<<<<<<< ')) return undefined;
  for (const { index, 0: lines } of sql.matchAll(CONFLICT)) {
    if (index < start + text.length && start < index + lines.length) return index;
  }
  return undefined;
}

function unresolved({ migration: { file, sql } }: PlannedMigration, offset: number): Finding {
  const { line, column } = positionOf(sql, offset);
  return refuse(CHECK, 'PREFLIGHT', `${file}:${line}:${column}: unresolved merge conflict`, {
    remedy: 'resolve the conflict in the file, and look for others in its folder',
    detail: excerptOf(sql, offset),
  });
}

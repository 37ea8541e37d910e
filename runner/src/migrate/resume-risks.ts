import type { ClassifiedStatement } from '../sql/script-statements';
import type { PlannedScript } from './unit';

/** Something that a run which goes on after a kill can't find again, or may do a second time. */
export interface ResumeRisk {
  readonly what: string;
  readonly consequence: string;
  readonly statement: ClassifiedStatement;
}

const GONE = 'is gone with the session, so statements after it that need it will fail';

/** What lives in the session alone, by how the statement begins. */
const SESSION_STATE: readonly (readonly [RegExp, string])[] = [
  [/^create\s+(?:or\s+replace\s+)?(?:(?:local|global)\s+)?temp(?:orary)?\b/i, 'a temporary table'],
  [/^select\b[^;]*\binto\s+(?:(?:local|global)\s+)?temp(?:orary)?\b/i, 'a temporary table'],
  [/^declare\b/i, 'a cursor'],
  [/^listen\b/i, 'a LISTEN'],
  [/^prepare\s+(?!transaction\b)/i, 'a prepared statement'],
  [/^select\b[^;]*\bpg_(?:try_)?advisory_lock\b/i, 'an advisory lock of the session'],
];

const ENDS = /^(?:commit|rollback|prepare transaction)(?: prepared)?$/;

/**
 * What can't be resumed after a kill in a migration that commits more than once. Everything else is either committed
 * with its progress or rolled back.
 */
export function resumeRisks({ statements, directive }: PlannedScript): ResumeRisk[] {
  // A file begins inside a transaction, unless each statement has its own.
  let isOpen = directive !== 'no-transaction';
  return statements.flatMap((statement): ResumeRisk[] => {
    const { kind, text } = statement;
    if (kind.kind === 'transaction-control') isOpen = !ENDS.test(kind.command);
    if (kind.kind === 'procedure' && !isOpen) {
      return [
        { what: kind.what, consequence: 'runs again from its beginning, if it commits inside', statement },
      ];
    }
    if (kind.kind === 'transaction-control' && kind.command === 'prepare transaction') {
      return [
        { what: 'PREPARE TRANSACTION', consequence: 'stays prepared until somebody ends it', statement },
      ];
    }
    // Only the beginning is looked at: a statement can be bulk data.
    const found = SESSION_STATE.find(([pattern]) => pattern.test(text.slice(0, 1000)));
    return found ? [{ what: found[1], consequence: GONE, statement }] : [];
  });
}

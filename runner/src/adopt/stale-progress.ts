import type { Comparison } from '../../../core/journal';
import type { AllProgress } from '../database/all-progress';

/** What is remembered of a migration that nobody will resume, because it is applied. */
export interface StaleProgress {
  readonly migration: string;
  readonly statements: number;
}

/** Progress of applied migrations. That of a pending one, or of one without a file here, somebody may still go on with. */
export function findStaleProgress(
  { byTag }: Pick<AllProgress, 'byTag'>,
  { applied, edited }: Pick<Comparison, 'applied' | 'edited'>,
): StaleProgress[] {
  const done = new Set([...applied, ...edited].map(({ migration }) => migration.tag));
  return [...byTag].flatMap(([migration, { statements }]) =>
    done.has(migration) ? [{ migration, statements: statements.size }] : [],
  );
}

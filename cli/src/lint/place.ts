import type { Migration } from '../../../core/journal';
import { excerptOf } from '../../../runner/src/errors/excerpt';
import { positionOf } from '../../../runner/src/sql/position';
import type { LintFinding } from './finding';

type Told = Pick<LintFinding, 'rule' | 'severity' | 'message' | 'remedy'>;

/** A finding at a place of a migration's file, with its line. */
export function findingAt(
  { path, sql }: Pick<Migration, 'path' | 'sql'>,
  offset: number,
  told: Told,
): LintFinding {
  return { ...told, path, ...positionOf(sql, offset), excerpt: excerptOf(sql, offset) };
}

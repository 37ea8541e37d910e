import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal, Migration } from '../../../../core/journal';
import type { LintFinding } from '../finding';
import type { IsChosen } from './journal-rules';

interface Snapshot {
  readonly migration: Migration;
  readonly path: string;
  readonly id: unknown;
  readonly parent: unknown;
}

const UNMERGED =
  'take the branch that is merged into, remove this migration, its snapshot and its journal entry, and generate it anew';

/**
 * How the snapshots of drizzle-kit 0.x hang together: each names the one before. From the last, the next migration is
 * generated. (In the 1.x layout two may have one parent, and drizzle-kit joins them.)
 */
export function snapshotFindings(
  { folder, layout, migrations }: Journal,
  isChosen: IsChosen,
  isSelection: boolean,
): LintFinding[] {
  if (layout === '1.x') return [];
  const findings: LintFinding[] = [];
  const snapshots: Snapshot[] = [];
  const pathOf = new Map<string, Migration>();
  for (const migration of migrations) {
    const path = join(folder, 'meta', `${migration.tag.split('_')[0]}_snapshot.json`);
    const other = pathOf.get(path);
    pathOf.set(path, migration);
    if (other) {
      if (isChosen(migration.file)) findings.push(sharedNumber(migration, other, path));
      continue;
    }
    if (!existsSync(path)) continue;
    const read = readSnapshot(path);
    if (typeof read === 'string') {
      if (isChosen(migration.file)) findings.push(unreadable(path, read));
    } else snapshots.push({ migration, path, ...read });
  }
  return [...findings, ...chainFindings(snapshots, isChosen, isSelection)];
}

function chainFindings(
  snapshots: readonly Snapshot[],
  isChosen: IsChosen,
  isSelection: boolean,
): LintFinding[] {
  return snapshots.flatMap((snapshot, index): LintFinding[] => {
    const { migration, path, parent } = snapshot;
    const before = snapshots[index - 1];
    // What is old and was built upon can't be changed any more.
    const isLast = index === snapshots.length - 1;
    if (!before || !isChosen(migration.file) || parent === undefined || parent === before.id) return [];
    const sibling = snapshots.slice(0, index).find((each) => each.parent === parent);
    if (sibling) {
      const message = `the snapshots of ${sibling.migration.tag} and ${migration.tag} both follow the same one: two branches were merged, drizzle-kit refuses to generate, and neither snapshot has the whole schema`;
      return [
        {
          rule: 'snapshot-conflict',
          severity: 'error',
          message,
          remedy: UNMERGED,
          path,
          line: lineOf(path, 'prevId'),
        },
      ];
    }
    if ((!isLast && !isSelection) || before.migration.position !== migration.position - 1) return [];
    const message = `the snapshot of ${migration.tag} does not follow that of ${before.migration.tag}, the one before it; what that one changed may be missing in the next migration`;
    return [
      {
        rule: 'snapshot-chain',
        severity: 'warning',
        message,
        remedy: UNMERGED,
        path,
        line: lineOf(path, 'prevId'),
      },
    ];
  });
}

function sharedNumber({ tag }: Migration, other: Migration, path: string): LintFinding {
  return {
    ...{ rule: 'shared-number', severity: 'warning', path, line: 1 },
    message: `${other.tag} and ${tag} have the same number, so there is one snapshot for both, and NNNN_rollback.sql can belong to either`,
    remedy: `where ${tag} is applied nowhere yet, remove it and generate it anew`,
  };
}

function unreadable(path: string, why: string): LintFinding {
  return {
    ...{ rule: 'snapshot-unreadable', severity: 'error', path, line: 1 },
    message: `the snapshot can't be read: ${why}`,
    remedy: 'restore it from version control, or generate the migration anew',
  };
}

function readSnapshot(path: string): Pick<Snapshot, 'id' | 'parent'> | string {
  try {
    const text = readFileSync(path, 'utf8');
    if (/^<{7} /m.test(text)) return 'a merge conflict is not resolved';
    const { id, prevId } = JSON.parse(text);
    return { id, parent: prevId };
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'unknown';
  }
}

function lineOf(path: string, word: string): number {
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(word));
  return Math.max(0, line) + 1;
}

import type { Comparison, Journal } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import type { Session } from '../database/session';
import { stateTable, stateTableExists } from '../database/state-tables';

/** What is remembered of a migration that nobody will resume. */
export interface StaleProgress {
  readonly migration: string;
  readonly statements: number;
  readonly why: 'its migration is applied' | 'its migration has no file';
}

/** Progress rows of migrations that are applied, or of which there is no file any more. */
export async function findStaleProgress(
  session: Session,
  settings: MigrationSettings,
  journal: Journal,
  { applied, edited }: Comparison,
): Promise<StaleProgress[]> {
  if (!(await stateTableExists(session, settings, 'progress'))) return [];
  const rows = await session.query<{ migration: string; statements: number }>(
    `select migration, count(*)::int as statements from ${stateTable(settings, 'progress')}
      where history_table = $1 group by migration order by migration`,
    [settings.table],
  );
  const known = new Set(journal.migrations.map(({ tag }) => tag));
  const done = new Set([...applied, ...edited].map(({ migration }) => migration.tag));
  return rows.flatMap((row): StaleProgress[] => {
    if (!known.has(row.migration)) return [{ ...row, why: 'its migration has no file' }];
    return done.has(row.migration) ? [{ ...row, why: 'its migration is applied' }] : [];
  });
}

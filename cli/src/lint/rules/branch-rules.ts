import { join } from 'node:path';
import { JOURNAL_FILE, type Journal, MIGRATION_FILE, withLf } from '../../../../core/journal';
import { fileAt, filesAt } from '../../selection/base-files';
import type { LintFinding } from '../finding';

/**
 * What a branch did to migrations that the base has already: they may be applied, and then the runner refuses the folder
 * (81), while Drizzle's own migrator never notices.
 */
export async function branchFindings(
  { folder, migrations }: Journal,
  base: string,
  changed: ReadonlySet<string>,
): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  const here = new Map(migrations.map((migration) => [migration.file, migration]));
  const before = await filesAt(folder, base);
  for (const file of [...changed].sort()) {
    if (!before.has(file)) continue;
    const migration = here.get(file);
    if (migration) {
      const was = await fileAt(folder, base, file);
      if (was === undefined || withLf(was) === withLf(migration.sql)) continue;
      findings.push({
        ...{ rule: 'edited-migration', severity: 'error', path: migration.path, line: 1 },
        message: `${migration.tag} is on ${base} already, and this branch edits it; where it is applied, the runner refuses the folder (81) and Drizzle's own migrator does not notice`,
        remedy: `restore the file as it is on ${base}, and put the change into a new migration`,
      });
    } else if (await wasMigration(folder, base, file)) {
      findings.push({
        ...{ rule: 'removed-migration', severity: 'error', ...placeOf(folder, file) },
        message: `${file} is a migration on ${base}, and this branch removes it; where it is applied, the database is then ahead of the folder`,
        remedy: `restore it, and undo what it did in a new migration`,
      });
    }
  }
  return findings;
}

/** The journal lacks its entry now; the 1.x layout has no journal. */
function placeOf(folder: string, file: string): Pick<LintFinding, 'path' | 'line'> {
  return file.endsWith(`/${MIGRATION_FILE}`) ? {} : { path: join(folder, JOURNAL_FILE), line: 1 };
}

async function wasMigration(folder: string, base: string, file: string): Promise<boolean> {
  if (file.endsWith(`/${MIGRATION_FILE}`)) return true;
  const journal = await fileAt(folder, base, JOURNAL_FILE);
  return file.endsWith('.sql') && journal?.includes(JSON.stringify(file.slice(0, -'.sql'.length))) === true;
}

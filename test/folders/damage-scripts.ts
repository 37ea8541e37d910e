import { writeFileSync } from 'node:fs';
import { findRollbackScript, type Journal } from '../../core/journal';
import { splitStatements } from '../../runner/src/sql/split-statements';
import type { Random } from '../kill/random';

/** Takes one statement, drawn by lot, out of each script that has more than one; gives what was taken, by tag. */
export function damageScripts({ migrations, folder }: Journal, random: Random): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  for (const migration of migrations) {
    const script = findRollbackScript(migration, folder);
    const statements = script ? splitStatements(script.sql) : [];
    if (!script || statements.length < 2) continue;
    const victim = random.pick(statements).text;
    writeFileSync(
      script.path,
      script.sql.replace(victim, () => ''),
    );
    taken.set(migration.tag, victim);
  }
  return taken;
}

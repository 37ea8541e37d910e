import type { OpenPart, Way } from '../activity/part';
import type { ScriptContext } from './script-context';
import type { PlannedScript } from './unit';

/** Runs a script as a part of the run. @returns how many rows its statements changed. */
export async function asMigration(
  way: Way,
  { migration, statements }: PlannedScript,
  { activity }: ScriptContext,
  use: (open: OpenPart) => Promise<void>,
): Promise<number> {
  const { tag, file } = migration;
  const part = { kind: 'migration', way, migration: tag, file, statements: statements.length } as const;
  return activity.during(part, async (open) => {
    await use(open);
    return open.rows;
  });
}

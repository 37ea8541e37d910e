import type { OpenPart, Way } from '../activity/part';
import { GateError } from '../errors/gate-error';
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
    await use(open).catch((error: unknown) => {
      throw named(error, tag);
    });
    return open.rows;
  });
}

/** A signal between two statements knows of neither. */
function named(error: unknown, migration: string): unknown {
  return error instanceof GateError && error.exit === 'TRY_AGAIN' ? error.with({ migration }) : error;
}

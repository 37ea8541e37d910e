import { executeStatement } from '../database/execute-statement';
import { restoreSettings } from '../database/session-settings';
import { assertIndexesValid } from './invalid-index';
import type { ScriptContext } from './script-context';
import { originOf } from './script-origin';
import type { PlannedScript } from './unit';

/** Runs all statements of a script inside the open transaction. @throws GateError that names the statement. */
export async function runStatements(planned: PlannedScript, context: ScriptContext): Promise<void> {
  const { session, settings } = context;
  const origin = originOf(planned);
  for (const statement of planned.statements) {
    await executeStatement(context, statement, origin);
    await restoreSettings(session, settings.limits, statement.text);
  }
  await assertIndexesValid(session, planned);
}

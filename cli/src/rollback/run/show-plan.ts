import { renderEvent } from '../../../../runner/src/report/render-event';
import { environmentOf, type RunnerCall } from '../../forward';
import { runContainer } from '../../rehearse/run-container';

/** What a person confirms. */
export interface ShownPlan {
  readonly token: string;
  /** The name of the database that is rolled back. */
  readonly database: string;
}

/** Shows the plan that the runner makes, line by line; without `plan` there is nothing to confirm. */
export async function showPlan(
  call: RunnerCall,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<{ exitCode: number; plan?: ShownPlan }> {
  const env = { ...environmentOf(call), LOG_FORMAT: 'json' };
  const { exitCode, events } = await runContainer(
    { args: call.args, env },
    (event) => print(renderEvent(event)),
    signal,
  );
  const planned = events.find(({ event }) => event === 'rollback_plan');
  const [token, database] = [planned?.token, planned?.database];
  if (exitCode !== 0 || typeof token !== 'string' || typeof database !== 'string') return { exitCode };
  return { exitCode, plan: { token, database } };
}

import { renderEvent } from '../../../../runner/src/report/render-event';
import type { Palette } from '../../../../runner/src/terminal/palette';
import { environmentOf, type RunnerCall } from '../../forward';
import { runContainer } from '../../rehearse/run-container';

/** What comes next is asked here, so that the plan need not say it. */
const UNSHOWN = 'rollback_next';

/** Shows the plan that the runner makes, line by line. Without a token there is nothing to confirm. */
export async function showPlan(
  call: RunnerCall,
  { print, palette }: { readonly print: (line: string) => void; readonly palette?: Palette },
  signal: AbortSignal,
): Promise<{ exitCode: number; token?: string | undefined }> {
  const env = { ...environmentOf(call), LOG_FORMAT: 'json' };
  const { exitCode, events } = await runContainer(
    { args: call.args, env },
    (event) => {
      if (event.event !== UNSHOWN) print(renderEvent(event, { palette }));
    },
    signal,
  );
  const token = events.find(({ event }) => event === 'rollback_plan')?.token;
  return { exitCode, token: exitCode === 0 && typeof token === 'string' ? token : undefined };
}

import { Command } from '../../../core/contract';
import { failureFields } from '../errors/failure-fields';
import type { GateError } from '../errors/gate-error';
import type { RunSummary } from '../run-context';
import { renderDuration } from '../terminal/render-elapsed';
import type { TerminationSummary } from './explain-run';
import type { Reporter } from './reporter';
import { writeTerminationMessage } from './termination-message';

/** What is told of the end of a run, whichever way it ended. */
export interface RunEnd {
  readonly reporter: Reporter;
  readonly runId: string;
  readonly command: string;
  /** Milliseconds since 1970. */
  readonly started: number;
}

/** Tells that the command's promise holds. */
export function reportSuccess({ reporter, runId, command, started }: RunEnd, summary: RunSummary): void {
  const duration = Date.now() - started;
  const fields = { command, outcome: 'succeeded', duration_ms: duration, ...summary } as const;
  if (command !== Command.STATUS && command !== Command.HISTORY) {
    reporter.info('run_finished', `${command} succeeded in ${renderDuration(duration)}`, fields);
  }
  writeTerminationMessage({ ...fields, run_id: runId });
}

/**
 * Tells why it does not.
 *
 * @param committed what was applied all the same, and what became of the others.
 * @returns the exit code.
 */
export function reportFailure(
  { reporter, runId, command, started }: RunEnd,
  error: GateError,
  { others, ...committed }: Pick<TerminationSummary, 'applied' | 'last' | 'others'>,
): number {
  const { exitCode, message, remedy, detail } = error;
  const fields = {
    command,
    outcome: 'failed',
    exitCode,
    duration_ms: Date.now() - started,
    ...committed,
    ...failureFields(error),
    ...(detail && { detail }),
    ...(remedy && { remedy }),
  } as const;
  reporter.error('run_failed', `${message} (exit code ${exitCode})`, fields);
  writeTerminationMessage({ ...fields, ...(others && { others }), run_id: runId, message });
  return exitCode;
}

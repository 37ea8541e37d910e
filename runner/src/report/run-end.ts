import { Command } from '../../../core/contract';
import { failureFields } from '../errors/failure-fields';
import type { GateError } from '../errors/gate-error';
import type { RunSummary } from '../run-context';
import type { Reporter } from './reporter';
import { writeTerminationMessage } from './termination-message';

/** What is told of the end of a run, whichever way it ended. */
export interface RunEnd {
  readonly reporter: Reporter;
  readonly command: string;
  /** Milliseconds since 1970. */
  readonly started: number;
}

/** Tells that the command's promise holds. */
export function reportSuccess({ reporter, command, started }: RunEnd, summary: RunSummary): void {
  const duration = Date.now() - started;
  const fields = { command, outcome: 'succeeded', duration_ms: duration, ...summary };
  if (command !== Command.STATUS && command !== Command.HISTORY) {
    reporter.info('run_finished', `${command} succeeded in ${duration} ms`, fields);
  }
  writeTerminationMessage(fields);
}

/** Tells why it does not. @returns the exit code. */
export function reportFailure({ reporter, command, started }: RunEnd, error: GateError): number {
  const { exitCode, message, remedy, detail } = error;
  const fields = {
    command,
    outcome: 'failed',
    exitCode,
    duration_ms: Date.now() - started,
    ...failureFields(error),
    ...(detail && { detail }),
    ...(remedy && { remedy }),
  };
  reporter.error('run_failed', `${message} (exit code ${exitCode})`, fields);
  writeTerminationMessage({ ...fields, message });
  return exitCode;
}

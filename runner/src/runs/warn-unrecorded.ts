import type { GateError } from '../errors/gate-error';
import type { DatabaseContext } from '../run-context';

/** A run that can't be recorded goes on, or fails, as it would otherwise. */
export function warnUnrecorded(
  { message, remedy }: GateError,
  { reporter }: Pick<DatabaseContext, 'reporter'>,
): void {
  reporter.warn('run_record_unavailable', `this run is not recorded in the database: ${message}`, { remedy });
}

import { JournalError } from '../../../core/journal';
import { GateError, GateErrors } from './gate-error';
import { NETWORK_LOST } from './network-lost';
import { remedyOf } from './remedies';
import { isServerError } from './server-error';
import { furtherWords, messageOf } from './server-words';
import { exitOfSqlState, showSqlState } from './sqlstate';

const CONNECTION_LOST = new Set<string>([
  ...NETWORK_LOST,
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
]);

/** Gives any failure its exit code; what nobody foresaw is a fault of the runner (70). */
export function toGateError(error: unknown): GateError {
  if (error instanceof GateError) return error;
  if (isServerError(error)) {
    return new GateError(
      exitOfSqlState(error.code) ?? 'INTERNAL',
      `${messageOf(error)} (${showSqlState(error.code)})`,
      {
        remedy: remedyOf(error),
        sqlstate: error.code,
        detail: furtherWords(error).join('\n') || undefined,
        cause: error,
      },
    );
  }
  if (isConnectionLost(error)) {
    return new GateError('UNAVAILABLE', `the connection to the database was lost (${codeOf(error)})`, {
      remedy: 'run again; what was not committed has been rolled back by the server',
      cause: error,
    });
  }
  // A file of the folder can be changed while it is used.
  if (error instanceof JournalError) return new GateErrors('CONFIG', error.named);
  const message = error instanceof Error ? error.message : String(error);
  return new GateError('INTERNAL', `unexpected: ${message}`, {
    remedy: 'report this with the log; running again is safe',
    cause: error,
  });
}

export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && CONNECTION_LOST.has(code);
}

export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

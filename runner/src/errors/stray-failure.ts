import { isLoggingIn } from '../database/open-logins';
import { GateError } from './gate-error';
import { toGateError } from './to-gate-error';

/** A promise that fails as soon as anything does that nobody waits for, which would end the process with a raw stack. */
export function strayFailure(source: Pick<NodeJS.EventEmitter, 'on'>): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    for (const event of ['unhandledRejection', 'uncaughtException']) {
      source.on(event, (error: unknown) => reject(toStrayError(error)));
    }
  });
  // Whoever races against it hears of it; its own failure must not be the next.
  failure.catch(() => undefined);
  return failure;
}

function toStrayError(error: unknown): GateError {
  if (!isLoggingIn()) return toGateError(error);
  const message = error instanceof Error ? error.message : String(error);
  return new GateError('UNAVAILABLE', `login: the server's answer cannot be understood (${message})`, {
    remedy: 'look at what answers there and at its log; the login is tried again by the Job',
    cause: error,
  });
}

import { GateError } from '../../runner/src/errors/gate-error';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `use` with a signal that Ctrl-C, SIGTERM or a closed output (`| head`) aborts, so that whatever is open is
 * closed on the way out. A second Ctrl-C ends the process at once.
 *
 * @throws GateError (130) when it was interrupted, whatever `use` then made of it.
 */
export async function withInterrupt<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (reason: string) => {
    const error = new GateError('INTERRUPTED', `interrupted (${reason})`);
    if (controller.signal.aborted) process.exit(error.exitCode);
    controller.abort(error);
  };
  const outputClosed = () => {
    if (!controller.signal.aborted) interrupt('the output was closed');
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  process.stdout.on('error', outputClosed);
  try {
    const result = await use(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    // The listener of the output stays: what is still buffered can fail after this.
    for (const name of SIGNALS) process.removeListener(name, interrupt);
  }
}

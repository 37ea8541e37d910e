/**
 * Connects while something is made ready for it. Where that fails, the attempt to connect ends, and what it said of itself
 * until then is not what the run failed of.
 *
 * @param connect gets the signal at which it must end, and what is ready then.
 */
export async function connectMeanwhile<R, T>(
  signal: AbortSignal,
  prepare: () => Promise<R>,
  connect: (until: AbortSignal, ready: () => Promise<R>) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  let preparing: Promise<R> | undefined;
  const ready = () => {
    preparing ??= prepare();
    return preparing;
  };
  // First, so that the other side can begin with its part.
  const connecting = connect(ending.signal, ready);
  ready().catch(end);
  try {
    return await connecting;
  } catch (error) {
    await ready();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

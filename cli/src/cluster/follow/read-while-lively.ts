/**
 * Reads an iterable until it ends, fails, is aborted, or brings nothing for `limit()` milliseconds, which is asked several
 * times a second. A connection whose other side is gone neither ends nor fails, so silence has to.
 *
 * @returns whether it went silent.
 * @throws what the iterable throws.
 */
export async function readWhileLively<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  onValue: (value: T) => void,
  { limit, signal }: { readonly limit: () => number; readonly signal: AbortSignal },
): Promise<boolean> {
  if (signal.aborted) return false;
  const controller = new AbortController();
  let last = performance.now();
  let isSilent = false;
  const given = new Promise<'given up'>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve('given up'), { once: true });
  });
  const abort = () => controller.abort();
  signal.addEventListener('abort', abort, { once: true });
  const timer = setInterval(() => {
    if (performance.now() - last < limit()) return;
    isSilent = true;
    abort();
  }, 50);
  const iterator = open(controller.signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      // After giving up nobody waits for it; it may still fail.
      next.catch(() => undefined);
      const result = await Promise.race([next, given]);
      if (result === 'given up' || result.done) return isSilent;
      last = performance.now();
      onValue(result.value);
    }
  } catch (error) {
    if (controller.signal.aborted) return isSilent;
    throw error;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', abort);
    abort();
    void iterator.return?.()?.catch?.(() => undefined);
  }
}

/** What listens to the signals that were made here. */
const listening = new WeakMap<AbortSignal, Set<() => void>>();

/** A signal, and what aborts it. */
export interface Interruption {
  readonly signal: AbortSignal;
  interrupt(): void;
}

export function newInterruption(): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<() => void>();
  listening.set(signal, listeners);
  return {
    signal,
    interrupt() {
      if (signal.aborted) return;
      controller.abort();
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
}

/**
 * Listens to a signal; of one that was aborted before, nothing is heard. The events of one that was made here are not Node's, which take a
 * millisecond to be compiled: a run that has nothing to do spares that.
 *
 * @returns what ends it.
 */
export function onInterrupt(signal: AbortSignal, listener: () => void): () => void {
  const listeners = listening.get(signal);
  if (!listeners) {
    signal.addEventListener('abort', listener);
    return () => signal.removeEventListener('abort', listener);
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

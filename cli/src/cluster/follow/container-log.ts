import type { GateError } from '../../../../runner/src/errors/gate-error';
import { toGateError } from '../../../../runner/src/errors/to-gate-error';
import type { Cluster } from '../client/cluster';
import { LogPosition } from './log-position';
import { readWhileLively } from './read-while-lively';

/** A log that is silent so long is asked for again: its connection may be dead without anybody noticing. */
const QUIET_MS = 30_000;
/** The same when the container has ended, so that nothing new can come. */
const IDLE_MS = 600;
/** Between two attempts to read the log. */
const PAUSE_MS = 200;
/** Refusals in a row after which a log is given up: a kubelet needs a moment until it has the log of a new container. */
const REFUSALS = 5;

/** What is known of the container while its log is read. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Whether the container has ended for good, or can't be asked any more. */
  isEnded(): boolean;
  /** Whether the pod is gone, and its logs with it. */
  isGone(): boolean;
  /** Resolves when something has changed, or after so many milliseconds. */
  pause(milliseconds: number): Promise<void>;
}

/**
 * Brings every line of a container's log once and in order until the container has ended, over connections that break or
 * fall silent.
 *
 * @returns why the log could not be read, where it could not.
 */
export async function followLog(
  cluster: Cluster,
  source: LogSource,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<GateError | undefined> {
  const position = new LogPosition();
  let refusals = 0;
  for (;;) {
    // What is read after the end was known is complete, unless that connection broke as well.
    const wasEnded = source.isEnded();
    let fresh = 0;
    const read = ({ time, text }: { time: string; text: string }) => {
      if (!position.isNew(time)) return;
      fresh += 1;
      onLine(text);
    };
    try {
      const { namespace, pod, container } = source;
      const request = { namespace, pod, container, sinceTime: position.since, follow: !wasEnded };
      await readWhileLively((own) => cluster.logs(request, own), read, {
        limit: () => (source.isEnded() ? IDLE_MS : QUIET_MS),
        signal,
      });
      refusals = 0;
    } catch (error) {
      refusals += 1;
      if (source.isGone()) return undefined;
      if (refusals >= REFUSALS) return toGateError(error);
    }
    if (signal.aborted || (wasEnded && fresh === 0 && refusals === 0)) return undefined;
    position.restart();
    if (!source.isEnded() || refusals > 0) await source.pause(PAUSE_MS);
  }
}

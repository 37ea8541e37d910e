import type { GateError } from '../../../../runner/src/errors/gate-error';
import { toGateError } from '../../../../runner/src/errors/to-gate-error';
import type { Cluster, LogRequest } from '../client/cluster';
import { LogPosition } from './log-position';
import { readWhileLively } from './read-while-lively';

/** A log that is silent so long is asked for again: its connection may be dead without anybody noticing. */
const QUIET_MS = 30_000;
/** The same when the container has ended, so that nothing new can come. */
const IDLE_MS = 600;
/** What is not followed ends by itself; an answer that takes so long to go on is given up. */
const ANSWER_MS = 10_000;
/** Between two looks at a container whose log has ended. */
const PAUSE_MS = 200;
/** A log ends before the kubelet reports the container's end; that is waited for so often before the log is opened again. */
const LOOKS = 10;
/** Failures in a row after which a log is given up: a kubelet needs a moment until it has the log of a new container. */
const FAILURES = 5;

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
  const reader = new LogReader(cluster, source, onLine, signal);
  for (let failures = 0; !signal.aborted; ) {
    try {
      await reader.read();
      if (await reader.isThrough()) return undefined;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (source.isGone()) return undefined;
      if (failures >= FAILURES) return toGateError(error);
      await source.pause(PAUSE_MS);
    }
  }
  return undefined;
}

class LogReader {
  readonly #position = new LogPosition();

  constructor(
    readonly cluster: Cluster,
    readonly source: LogSource,
    readonly onLine: (text: string) => void,
    readonly signal: AbortSignal,
  ) {}

  /** Reads on from where it was until the log, or its connection, ends. */
  async read(): Promise<void> {
    const { source } = this;
    const follow = !source.isEnded();
    const request = { follow, sinceTime: this.#position.since };
    const limit = () => (follow ? (source.isEnded() ? IDLE_MS : QUIET_MS) : ANSWER_MS);
    await this.#each(request, limit, ({ time, text }) => {
      if (this.#position.isNew(time)) this.onLine(text);
    });
    this.#position.restart();
  }

  /** Whether the container has ended and its last line was read: a connection that breaks can look like the log's end. */
  async isThrough(): Promise<boolean> {
    for (let look = 0; look < LOOKS && !this.signal.aborted; look++) {
      const isEnded = this.source.isEnded();
      if (!(await this.#hasLastLine())) return false;
      if (isEnded) return true;
      await this.source.pause(PAUSE_MS);
    }
    return false;
  }

  async #hasLastLine(): Promise<boolean> {
    let last: string | undefined;
    await this.#each(
      { follow: false, tailLines: 1 },
      () => ANSWER_MS,
      ({ time }) => {
        last = time;
      },
    );
    return last === undefined || this.#position.hasSeen(last);
  }

  async #each(
    request: Pick<LogRequest, 'follow' | 'sinceTime' | 'tailLines'>,
    limit: () => number,
    onLine: (line: { readonly time: string; readonly text: string }) => void,
  ): Promise<void> {
    const { namespace, pod, container } = this.source;
    const full = { namespace, pod, container, ...request };
    await readWhileLively((signal) => this.cluster.logs(full, signal), onLine, {
      limit,
      signal: this.signal,
    });
  }
}

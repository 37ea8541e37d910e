import type { LogEvent } from '../../../../runner/src/report/render-event';
import type { Cluster } from '../client/cluster';
import type { Changes } from './changes';
import { followLog } from './container-log';
import { containersOf, hasRun, isPodOver, type ObservedContainer, terminationOf } from './containers';
import type { FollowPrinter } from './follow-printer';
import type { Narrator } from './narrator';
import type { ObservedJob, ObservedPod } from './observed-job';
import { parseEvent } from './parse-line';

/** How many events of the runner are kept. */
const KEPT_EVENTS = 10_000;
/** Of a sidecar only the end of its log is shown: it has run as long as the pod. */
const SIDECAR_LINES = 50;
/** So long a pod that has ended is waited for before the next one's log begins. */
const PAUSE_MS = 500;

export interface AttemptLogsOptions {
  readonly cluster: Cluster;
  readonly observed: ObservedJob;
  readonly changes: Changes;
  readonly printer: FollowPrinter;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
}

/** Shows the logs of the Job's pods, one block after the other, and in each those of its containers in their order. */
export class AttemptLogs {
  readonly events: LogEvent[] = [];
  /** When the last line came, by the monotonic clock. */
  lastLine = performance.now();
  /** Set when the Job has ended: what has not begun by then never will. */
  isLast = false;

  constructor(readonly options: AttemptLogsOptions) {}

  /** Resolves after {@link isLast} when everything is shown. */
  async run(): Promise<void> {
    const { observed, changes, signal } = this.options;
    for (let number = 1; !signal.aborted; ) {
      const next = observed.pods[number - 1];
      if (next) {
        await this.#showAttempt(number, next);
        number += 1;
      } else if (this.isLast) {
        return;
      } else {
        await changes.next(PAUSE_MS);
      }
    }
  }

  async #showAttempt(number: number, { uid, name, pod }: ObservedPod): Promise<void> {
    const { printer, narrator, observed, changes, signal } = this.options;
    printer.attempt(number, name);
    narrator.open(uid);
    changes.notify();
    for (const { name: container, isSidecar } of containersOf(pod, observed.job)) {
      if (isSidecar || signal.aborted) continue;
      await this.#showContainer(uid, container);
    }
    await this.#until(() => this.#isOver(uid));
    await this.#showFailedSidecars(uid);
    narrator.close(uid);
    changes.notify();
  }

  async #showContainer(uid: string, name: string): Promise<void> {
    const { printer, signal } = this.options;
    const container = () => this.#containerOf(uid, name);
    await this.#until(() => isReadable(container()) || this.#isOver(uid));
    if (signal.aborted) return;
    if (!isReadable(container())) {
      const { reason = '', message = '' } = container()?.status?.state?.terminated ?? {};
      if (reason) printer.note(`${name} never ran: ${reason}: ${message.trim()}`);
      return;
    }
    printer.container(name);
    await this.#read(uid, name, (line) => this.#show(line));
    if (signal.aborted) return;
    const terminated = terminationOf(container()?.status);
    if (terminated && terminated.exitCode !== 0) {
      const reason = terminated.reason && terminated.reason !== 'Error' ? ` (${terminated.reason})` : '';
      printer.note(`${name} ended with exit code ${terminated.exitCode}${reason}`);
    }
  }

  /** The last lines of sidecars that did not end well; what a sidecar says is of interest only then. */
  async #showFailedSidecars(uid: string): Promise<void> {
    const { observed, printer, signal } = this.options;
    const { pod } = this.#podOf(uid) ?? {};
    if (!pod || pod.status?.phase === 'Succeeded') return;
    const failed = containersOf(pod, observed.job).filter((each) => each.isSidecar && hasFailed(each));
    for (const { name } of failed) {
      const lines: string[] = [];
      await this.#read(uid, name, (line) => {
        lines.push(line);
        if (lines.length > SIDECAR_LINES) lines.shift();
      });
      if (signal.aborted) return;
      if (lines.length > 0) printer.container(name);
      for (const line of lines) printer.line(line);
    }
  }

  async #read(uid: string, container: string, onLine: (text: string) => void): Promise<void> {
    const { cluster, observed, changes, printer, signal } = this.options;
    const source = {
      namespace: observed.target.namespace,
      pod: this.#podOf(uid)?.name ?? '',
      container,
      isGone: () => this.#podOf(uid)?.isGone ?? true,
      isEnded: () => this.#isOver(uid) || this.#hasEnded(uid, container),
      pause: (milliseconds: number) => changes.next(milliseconds),
    };
    const failure = await followLog(
      cluster,
      source,
      (text) => {
        this.lastLine = performance.now();
        onLine(text);
      },
      signal,
    );
    if (failure && !signal.aborted)
      printer.note(`the log of ${source.pod}/${container} can't be read: ${failure.message}`);
  }

  #show(line: string): void {
    const { printer } = this.options;
    const event = parseEvent(line);
    if (!event) {
      printer.line(line);
      return;
    }
    this.events.push(event);
    if (this.events.length > KEPT_EVENTS) this.events.shift();
    printer.event(event);
  }

  async #until(isTrue: () => boolean): Promise<void> {
    const { changes, signal } = this.options;
    while (!isTrue() && !signal.aborted) await changes.next(PAUSE_MS);
  }

  /** Whether nothing more can come of a pod. */
  #isOver(uid: string): boolean {
    const found = this.#podOf(uid);
    if (this.isLast || found === undefined || found.isGone || isPodOver(found.pod)) return true;
    // A node that is lost never reports the end of a pod; the Job goes on without it.
    return found.pod.metadata?.deletionTimestamp !== undefined && this.#isReplaced(uid);
  }

  #isReplaced(uid: string): boolean {
    const { pods, job } = this.options.observed;
    const later = pods.slice(pods.findIndex((pod) => pod.uid === uid) + 1);
    return later.some(({ pod }) => containersOf(pod, job).some(hasRun));
  }

  #hasEnded(uid: string, name: string): boolean {
    return hasEnded(this.#containerOf(uid, name), this.#podOf(uid)?.pod.spec?.restartPolicy);
  }

  #podOf(uid: string): ObservedPod | undefined {
    return this.options.observed.pods.find((pod) => pod.uid === uid);
  }

  #containerOf(uid: string, name: string): ObservedContainer | undefined {
    const { pod } = this.#podOf(uid) ?? {};
    return pod && containersOf(pod, this.options.observed.job).find((container) => container.name === name);
  }
}

function isReadable(container: ObservedContainer | undefined): boolean {
  return container !== undefined && hasRun(container);
}

/** With restartPolicy OnFailure a container that failed runs again in the same pod. */
function hasEnded(container: ObservedContainer | undefined, restartPolicy: string | undefined): boolean {
  const { terminated } = container?.status?.state ?? {};
  return terminated !== undefined && (terminated.exitCode === 0 || restartPolicy === 'Never');
}

/** Sidecars are stopped by a signal when the others have ended; that is no failure. */
function hasFailed({ status }: ObservedContainer): boolean {
  const { exitCode = 0 } = terminationOf(status) ?? {};
  return (exitCode !== 0 && exitCode !== 143 && exitCode !== 137) || status?.state?.waiting !== undefined;
}

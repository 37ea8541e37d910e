import type { LogEvent } from '../../../../runner/src/report/render-event';

/** Who tells a person what is going on while a Job is followed. */
export interface FollowPrinter {
  /** A pod of the Job: begins a block. */
  attempt(number: number, pod: string): void;
  /** A container's log begins. */
  container(name: string): void;
  /** An event of the runner. */
  event(event: LogEvent): void;
  /** Any other line of a container's log. */
  line(text: string): void;
  /** What the cluster does: a phase, an event of Kubernetes, a connection that was lost. */
  note(text: string): void;
}

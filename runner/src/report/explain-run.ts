import { Command, EXIT } from '../../../core/contract';
import { renderDuration } from '../terminal/render-elapsed';
import { cutBytes } from './cut-bytes';
import { plural } from './plural';

/** A remedy can have a page, and what stands behind it must not be lost for that. */
const REMEDY_BYTES = 320;
const OTHERS_BYTES = 150;

/** How a run ended, or what it does; its fields keep their names, programs read them. */
export interface TerminationSummary {
  readonly command: string;
  /** `running` stays where a run was killed. */
  readonly outcome: 'succeeded' | 'failed' | 'running';
  readonly run_id: string;
  readonly exitCode?: number;
  readonly duration_ms?: number;
  readonly message?: string;
  readonly detail?: string;
  readonly remedy?: string;
  /** How many migrations were applied, and which was the last of them. */
  readonly applied?: number;
  readonly last?: string;
  /** What became of the migrations beside the one that failed. */
  readonly others?: string;
  readonly [field: string]: unknown;
}

/** What a person is told of a run. */
export interface Explanation {
  /** What happened. */
  readonly what: string;
  /** What belongs to it, but need not be there as a whole. */
  readonly detail: string;
  /** What comes next, and which run it was. */
  readonly next: string;
}

export function explainRun(summary: TerminationSummary): Explanation {
  const { command, outcome, exitCode, message = '', detail = '', remedy } = summary;
  if (outcome === 'succeeded') return { what: successOf(summary), detail: '', next: '' };
  if (outcome === 'running') {
    return {
      what: `${command} did not live to say how it ended: it was killed, or ran out of memory\n${message}`,
      detail: '',
      next: nextOf(
        summary,
        'look at Reason and Exit Code (OOMKilled: raise the memory limit); what was not committed is rolled back, and the next run goes on from there',
      ),
    };
  }
  return {
    what: `${command} FAILED with exit code ${exitCode}: ${meaningOf(exitCode)}\n${message}`,
    detail,
    next: nextOf(summary, remedy),
  };
}

function successOf({
  command,
  duration_ms: duration,
  applied,
  last,
  migration_count: count,
}: TerminationSummary): string {
  const words = `${command} succeeded${duration === undefined ? '' : ` in ${renderDuration(duration)}`}`;
  if (typeof count === 'number') {
    const done = command === Command.BASELINE ? 'marked as applied' : 'rolled back';
    return `${words}: ${plural(count, 'migration')} ${done}`;
  }
  if (applied === undefined) return words;
  return applied === 0
    ? `${words}: nothing was pending`
    : `${words}: ${plural(applied, 'migration')} applied, the last is ${last}`;
}

function nextOf(
  { applied = 0, last, others, run_id: runId }: TerminationSummary,
  remedy: string | undefined,
): string {
  return [
    ...(remedy ? [`What to do: ${cutBytes(remedy, REMEDY_BYTES)}`] : []),
    ...(others ? [cutBytes(others, OTHERS_BYTES)] : []),
    ...(applied > 0 ? [`Before it, ${plural(applied, 'migration')} went in; the last is ${last}`] : []),
    `Run: ${runId} (run_id of its log lines)`,
  ].join('\n');
}

function meaningOf(exitCode: number | undefined): string {
  return Object.values(EXIT).find(({ code }) => code === exitCode)?.meaning ?? 'no code of the runner';
}

import type { Follower } from '../activity/follower';
import type { OpenPart, PartEnd, RunningStatement } from '../activity/part';
import { unitFate } from '../migrate/unit-fate';
import type { TerminationSummary } from './explain-run';

/** A statement that takes no longer than this is not told of: a script can have thousands. */
const LONG_MS = 100;

/**
 * Keeps up to date what would be left of the run if it were killed now: which migration, which statement, since when. A
 * process that is killed, or ends for want of memory, says nothing any more.
 */
export class UnfinishedRun implements Follower {
  private command = '';
  private script: { readonly migration: string; readonly file: string; readonly way: string } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStatementTold = false;
  private applied = 0;
  private last: string | undefined;
  private others = '';
  private isOver = false;

  constructor(
    private readonly runId: string,
    private readonly write: (summary: TerminationSummary) => void,
  ) {}

  /**
   * From now on nothing is written any more, because the end is told.
   *
   * @returns what was committed, and what became of those beside the one that failed.
   */
  stop(): Pick<TerminationSummary, 'applied' | 'last' | 'others'> {
    this.isOver = true;
    clearTimeout(this.timer);
    return { ...this.progress, ...(this.others !== '' && { others: this.others }) };
  }

  began({ part, startedAt }: OpenPart): void {
    if (part.kind === 'run') this.command = part.command;
    if (part.kind === 'migration') this.script = part;
    if (part.kind === 'unit') this.others = '';
    else this.tell(startedAt);
  }

  ended({ part, startedAt }: OpenPart, end: PartEnd): void {
    if (part.kind === 'migration') this.script = undefined;
    if (part.kind !== 'unit' || part.way !== 'apply' || end.outcome === 'stale') return;
    if (end.outcome === 'failed') {
      this.others = unitFate({ ...part, tags: part.migrations }, end.failure).others;
      return;
    }
    this.applied += part.migrations.length;
    this.last = part.migrations.at(-1);
    this.tell(startedAt);
  }

  statement(statement: RunningStatement | undefined): void {
    clearTimeout(this.timer);
    if (statement) {
      this.timer = setTimeout(() => {
        this.isStatementTold = true;
        this.tell(statement.startedAt, statement.number);
      }, LONG_MS).unref();
    } else if (this.isStatementTold) {
      this.isStatementTold = false;
      this.tell(Date.now());
    }
  }

  private get progress(): Pick<TerminationSummary, 'applied' | 'last'> {
    return this.last === undefined ? {} : { applied: this.applied, last: this.last };
  }

  private tell(since: number, statement?: number): void {
    if (this.isOver) return;
    const { script } = this;
    const at = [...(statement === undefined ? [] : [`statement ${statement} of`]), script?.file].join(' ');
    this.write({
      command: this.command,
      outcome: 'running',
      run_id: this.runId,
      ...(script && { migration: script.migration }),
      ...this.progress,
      message: script
        ? `It was at ${at} since ${new Date(since).toISOString()}`
        : `It was running since ${new Date(since).toISOString()}`,
    });
  }
}

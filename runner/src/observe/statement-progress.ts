import type { RunningStatement } from '../activity/part';
import type { Session } from '../database/session';
import type { RunContext } from '../run-context';
import { renderElapsed } from '../terminal/render-elapsed';
import { renderProgress } from '../terminal/render-sight';
import { pidOf } from './blockers';
import { readSight, type SeenSession } from './read-sight';
import { remedyFor, renderBlockers, shortNames } from './waiting';

/** Milliseconds. */
export interface ProgressTiming {
  /** How long a statement runs before it is told of. */
  readonly first: number;
  /** The longest time between two lines; before it is reached, each comes when the statement has run twice as long. */
  readonly longest: number;
  /** How long a line waits for a look, before the time alone is told. */
  readonly patience: number;
  /** Between two looks, where a person watches the line on the terminal. */
  readonly look: number;
}

/** Told after 10, 20, 40 and 80 s, then every minute. */
const TIMING: ProgressTiming = { first: 10_000, longest: 60_000, patience: 2000, look: 1000 };

const UNSEEN: SeenSession = { wait: undefined, progress: undefined, blockers: [] };

/** Tells of every statement that runs long: since when, how far it has come, and what it waits for. */
export class StatementProgress {
  private running: RunningStatement | undefined;
  /** Milliseconds of its time after which the next line is due. */
  private due = 0;
  private lookedAt = 0;

  constructor(
    private readonly context: Pick<RunContext, 'activity' | 'reporter'>,
    private readonly timing: ProgressTiming = TIMING,
  ) {}

  /** Looks at the session with this process id, if it is time; asks nothing of it otherwise. */
  async look(observer: Session, pid: number): Promise<void> {
    const statement = this.follow();
    if (!statement || !this.isTimeToLook(statement)) return;
    this.lookedAt = Date.now();
    const seen = await readSight(observer, pid);
    const { wait, progress, blockers } = seen;
    const waitsFor = shortNames(blockers);
    this.context.activity.saw(statement, { wait, progress, waitsFor });
    if (this.context.activity.statement === statement && this.isDue(statement)) this.tell(statement, seen);
  }

  /** Tells the time alone, where nobody could look. */
  tick(): void {
    const statement = this.follow();
    if (statement && this.isDue(statement, this.timing.patience)) this.tell(statement, UNSEEN);
  }

  /** Another event has told how the statement goes on; this is silent for a while. */
  toldElsewhere(): void {
    const statement = this.follow();
    if (statement) this.due = Math.max(this.due, elapsedOf(statement) + this.timing.first);
  }

  private follow(): RunningStatement | undefined {
    const { statement } = this.context.activity;
    if (statement !== this.running) {
      this.running = statement;
      this.due = this.timing.first;
    }
    return statement;
  }

  private isTimeToLook(statement: RunningStatement): boolean {
    if (this.isDue(statement)) return true;
    const isLong = elapsedOf(statement) >= this.timing.first;
    return isLong && this.context.activity.isWatched && Date.now() - this.lookedAt >= this.timing.look;
  }

  private isDue(statement: RunningStatement, patience = 0): boolean {
    return elapsedOf(statement) >= this.due + patience;
  }

  private tell(statement: RunningStatement, { wait, progress, blockers }: SeenSession): void {
    const elapsed = elapsedOf(statement);
    this.due = nextDue(elapsed, this.due, this.timing);
    const { migration = '' } = this.context.activity;
    const blocked = blockers.length > 0 && `waits for ${renderBlockers(blockers)}`;
    const waits = wait && `waits for ${wait.type} ${wait.event}`;
    const words = [progress && renderProgress(progress), blocked || waits].filter(Boolean).join(', ');
    const pids = blockers.flatMap((blocker) => pidOf(blocker) ?? []);
    this.context.reporter.info(
      'statement_progress',
      `${migration ? `${migration}: ` : ''}statement ${statement.number} has run for ${renderElapsed(elapsed)}${words && `: ${words}`}`,
      {
        ...{ migration, statement: statement.number, elapsed_ms: elapsed },
        ...(wait && { wait_event_type: wait.type, wait_event: wait.event }),
        ...progress,
        ...(pids.length > 0 && { waiting_for_pids: pids }),
        ...(blockers.length > 0 && { remedy: remedyFor(blockers) }),
      },
    );
  }
}

function elapsedOf({ startedAt }: RunningStatement): number {
  return Date.now() - startedAt;
}

/** The next time after `elapsed`; a look that came late must not be followed by another at once. */
export function nextDue(elapsed: number, due: number, { longest }: Pick<ProgressTiming, 'longest'>): number {
  let next = due;
  while (next <= elapsed) next += Math.min(next, longest);
  return next;
}

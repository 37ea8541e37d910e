import { setTimeout as sleep } from 'node:timers/promises';
import { GateError } from '../errors/gate-error';
import type { Reporter } from '../report/reporter';
import type { RunSummary } from '../run-context';
import { describeSchema, judgeRows, newerThan, underWay } from './judge';
import type { Sight } from './look';
import { nextPause } from './next-pause';
import type { Requirement } from './requirement';

export interface WaitOptions {
  readonly requirement: Requirement;
  /** Milliseconds. */
  readonly timeout: number;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Looks once; opening the connection may take so many milliseconds. */
  readonly look: (limit: number) => Promise<Sight>;
  readonly clock?: Clock;
}

/** Time, so that a test need not wait. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const REAL: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
};

/** Between two lines that say the same. */
const REPEAT_MS = 30_000;
/** Between the first commit of a migration and its grants, nobody else may see the history. */
const GRANT_GRACE_MS = 10_000;
/** A connection that takes this long to open at the very end is worth the delay. */
const LAST_CONNECT_MS = 1000;
const REMEDY =
  'look at the migration of this release: its Job may be missing, still running or failed; if it only takes longer, raise timeout of the SchemaGate (WAIT_TIMEOUT_SECONDS)';

/**
 * Looks until the schema is there, first every second, later every five; a line tells each change, and every 30 s that
 * nothing has changed.
 *
 * @throws GateError: 91 when the time is over, 77 when the role may not see the history and nobody grants it, 81 for a
 *   schema that is too new, 75 when it is told to stop; and what the look throws.
 */
export async function waitForSchema(options: WaitOptions): Promise<RunSummary> {
  const { requirement, timeout, reporter, signal, look, clock = REAL } = options;
  const started = clock.now();
  const patience = new Patience(clock);
  let told = { reason: '', at: Number.NEGATIVE_INFINITY };
  for (let attempt = 1; ; attempt++) {
    const left = () => timeout - (clock.now() - started);
    const sight = await look(Math.max(left(), LAST_CONNECT_MS));
    const reason = reasonToWait(requirement, sight);
    if (sight.kind === 'history' && reason === undefined) {
      reporter.info('schema_there', describeSchema(requirement, sight.rows));
      const { last, count } = requirement.needed;
      return { last, count, newer: newerThan(requirement, sight.rows), looks: attempt };
    }
    const isOver = left() <= 0;
    if (patience.isSpent(sight, isOver)) throw sight.failure;
    if (isOver) throw expired(timeout, reason, sight);
    if (reason !== told.reason || clock.now() - told.at >= REPEAT_MS) {
      report(reporter, reason ?? '', sight, { waited_ms: timeout - left(), left_ms: left() });
      told = { reason: reason ?? '', at: clock.now() };
    }
    await clock.sleep(Math.min(nextPause(attempt), left()), signal).catch(() => {
      throw new GateError('TRY_AGAIN', 'interrupted while waiting for the schema');
    });
  }
}

function reasonToWait(requirement: Requirement, sight: Sight): string | undefined {
  if (sight.kind === 'history') return judgeRows(requirement, sight.rows, sight.migrating);
  if (sight.kind === 'unseen') return sight.failure.message;
  return `${sight.failure.message}; ${underWay(sight.migrating)}`;
}

function report(
  reporter: Reporter,
  reason: string,
  sight: Sight,
  times: { readonly waited_ms: number; readonly left_ms: number },
): void {
  const fields = { waited_ms: Math.round(times.waited_ms), left_ms: Math.round(times.left_ms) };
  const message = `waiting for the schema: ${reason}`;
  if (sight.kind === 'history') reporter.info('schema_waiting', message, fields);
  else reporter.warn('schema_waiting', message, { ...fields, remedy: sight.failure.remedy });
}

function expired(timeout: number, reason = '', sight: Sight): GateError {
  const remedy = sight.kind === 'history' ? REMEDY : (sight.failure.remedy ?? REMEDY);
  return new GateError('WAIT_EXPIRED', `the schema was not there within ${timeout / 1000} s: ${reason}`, {
    remedy,
  });
}

/** How long a refused role is waited for: while a migration is under way, and a little longer. */
class Patience {
  private since: number | undefined;

  constructor(private readonly clock: Clock) {}

  isSpent(sight: Sight, isOver: boolean): sight is Extract<Sight, { kind: 'denied' }> {
    const isRefused = sight.kind === 'denied' && !sight.migrating;
    if (!isRefused) {
      this.since = undefined;
      return false;
    }
    this.since ??= this.clock.now();
    return isOver || this.clock.now() - this.since >= GRANT_GRACE_MS;
  }
}

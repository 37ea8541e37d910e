import type { GateError } from '../../../../runner/src/errors/gate-error';
import { toGateError } from '../../../../runner/src/errors/to-gate-error';
import type { Cluster } from '../client/cluster';
import { AttemptLogs } from './attempt-logs';
import { Changes } from './changes';
import { DEFAULT_GRACES, type FollowOptions, type FollowTarget, type Graces } from './follow-options';
import { jobEnd } from './job-end';
import type { JobResult } from './job-result';
import { type Ending, jobResultOf } from './job-result-of';
import { drainLogs, settlePods } from './last-words';
import { Narrator } from './narrator';
import { notesOf } from './notes';
import { ObservedJob } from './observed-job';
import { StuckClock } from './stuck-clock';
import { stuckSigns } from './stuck-signs';
import { timeoutOf } from './timeout';
import { watchJob } from './watches';

/** So often it is looked at what only time brings: a grace that is over, a pull that takes long. */
const TICK_MS = 500;

/**
 * Follows a Job until it has ended, until waiting for it is useless, or until the caller or the time limit ends it. What
 * happens is shown while it happens. The Job is never changed.
 *
 * @throws GateError (87) when the Job itself may not be watched.
 */
export async function followJob(
  cluster: Cluster,
  target: FollowTarget,
  options: FollowOptions,
): Promise<JobResult> {
  const graces = { ...DEFAULT_GRACES, ...options.graces };
  const observed = new ObservedJob(target);
  const changes = new Changes();
  const stop = new AbortController();
  const narrator = new Narrator(options.printer);
  const common = { cluster, observed, changes, signal: stop.signal };
  const logs = new AttemptLogs({ ...common, printer: options.printer, narrator });
  let failure: GateError | undefined;
  watchJob({ ...common, note: (text) => options.printer.note(text) }).catch((error) => {
    failure = toGateError(error);
    changes.notify();
  });
  const wake = () => changes.notify();
  options.signal?.addEventListener('abort', wake);
  const shown = logs.run().catch((error) => {
    failure ??= toGateError(error);
  });
  try {
    const ending = await untilEnding(observed, changes, narrator, { ...options, graces }, () => failure);
    if (ending.how === 'ended') await settlePods(ending.end, common, options.signal);
    logs.isLast = true;
    changes.notify();
    if (ending.how === 'ended' || ending.how === 'stuck') await drainLogs(shown, logs, options.signal);
    narrator.tell(notesOf(observed, graces));
    return jobResultOf(observed, ending, logs.events);
  } finally {
    options.signal?.removeEventListener('abort', wake);
    stop.abort();
    changes.notify();
  }
}

async function untilEnding(
  observed: ObservedJob,
  changes: Changes,
  narrator: Narrator,
  { graces, timeout, signal }: FollowOptions & { readonly graces: Graces },
  failure: () => GateError | undefined,
): Promise<Ending> {
  const clock = new StuckClock(observed.target, graces);
  const start = performance.now();
  for (;;) {
    narrator.tell(notesOf(observed, graces));
    const end = jobEnd(observed, Date.now());
    if (end) return { how: 'ended', end };
    if (signal?.aborted) return { how: 'interrupted' };
    const error = failure();
    if (error?.exit === 'API_UNREACHABLE') return { how: 'lost', error };
    if (error) throw error;
    const now = performance.now();
    const stuck = clock.check(stuckSigns(observed), now);
    if (stuck) return { how: 'stuck', stuck };
    const limit = timeout ?? timeoutOf(observed.job);
    if (now - start >= limit) return { how: 'timeout', milliseconds: limit };
    await changes.next(TICK_MS);
  }
}

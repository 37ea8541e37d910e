import type { LogEvent } from '../../../../runner/src/report/render-event';
import { textIn } from './event-fields';
import { problemOf } from './find-problems';
import type { Locate } from './locate';
import type { Problem } from './verdict';

/** Told again and again while the runner waits: the last one says most. */
const REPEATED = new Set(['unit_retried', 'connect_retry']);

/** What the loss of a rollback says stands apart from its other warnings. */
export const isLoss = (event: LogEvent): boolean =>
  event.event === 'rollback_warning' && Array.isArray(event.losses);

/** What the runner warned of; what several attempts or containers repeat, once. */
export function findWarnings(
  events: readonly LogEvent[],
  locate: Locate,
  locateMigration: (tag: string) => string | undefined,
): Problem[] {
  const seen = new Map<string, { readonly event: LogEvent; readonly times: number }>();
  for (const event of events) {
    if (event.level !== 'warn' || isLoss(event)) continue;
    const key = REPEATED.has(event.event) ? event.event : `${event.event} ${event.message}`;
    seen.set(key, { event, times: (seen.get(key)?.times ?? 0) + 1 });
  }
  return [...seen.values()].map(({ event, times }) => {
    const problem = problemOf(event, locate);
    const tag = textIn(event, 'migration');
    const path = problem.path ?? (tag === undefined ? undefined : locateMigration(tag));
    const often = REPEATED.has(event.event) && times > 1 ? ` (${times} times)` : '';
    return { ...problem, message: `${problem.message}${often}`, ...(path !== undefined && { path }) };
  });
}

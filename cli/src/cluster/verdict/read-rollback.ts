import type { LogEvent } from '../../../../runner/src/report/render-event';
import { numberIn, recordsIn, textIn } from './event-fields';
import { isLoss } from './find-warnings';
import type { KeptRows, Loss, RollbackOutcome } from './verdict';

/** What a rollback undoes, destroys and keeps, by the last plan that the runner showed; undefined where it showed none. */
export function readRollback(events: readonly LogEvent[], isDone: boolean): RollbackOutcome | undefined {
  const plan = events.findLast(({ event }) => event === 'rollback_plan');
  if (!plan) return undefined;
  const loss = events.findLast(isLoss);
  const keep = events.findLast(({ event }) => event === 'rollback_keep');
  const kept = keptRows(events);
  return {
    target: textIn(plan, 'target') ?? null,
    database: textIn(plan, 'database'),
    lossMessage: loss?.message.replace(/^WARNING: /, ''),
    lossDetail: loss && textIn(loss, 'detail'),
    losses: loss ? recordsIn(loss, 'losses').map(lossOf) : [],
    kept,
    ...(kept.length === 0 && keep && { keepMessage: keep.message }),
    ...(!isDone && planOf(plan)),
  };
}

function planOf(plan: LogEvent) {
  return {
    ...{ planMessage: plan.message, planDetail: textIn(plan, 'detail') },
    ...{ token: textIn(plan, 'token'), tokenExpires: textIn(plan, 'token_expires') },
  };
}

function lossOf({ what, migration, rows, isEstimate }: Readonly<Record<string, unknown>>): Loss {
  return {
    what: String(what),
    ...(typeof migration === 'string' && { migration }),
    ...(typeof rows === 'number' && { rows }),
    ...(isEstimate === true && { isEstimate }),
  };
}

/** Copies come with the commit of their unit, or not at all. */
function keptRows(events: readonly LogEvent[]): KeptRows[] {
  const kept: KeptRows[] = [];
  let open: KeptRows[] = [];
  for (const event of events) {
    if (event.event === 'unit_started') open = [];
    if (event.event === 'rows_kept') open.push(rowsOf(event));
    if (event.event === 'unit_committed') kept.push(...open.splice(0));
  }
  return kept;
}

function rowsOf(event: LogEvent): KeptRows {
  const rows = recordsIn(event, 'tables').map((table) => numberIn(table as LogEvent, 'rows') ?? 0);
  return { schema: textIn(event, 'schema') ?? '', rows: rows.reduce((sum, count) => sum + count, 0) };
}

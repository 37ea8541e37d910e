import type { LogEvent } from '../../../../runner/src/report/render-event';
import { numberIn, textIn, textsIn } from './event-fields';
import type { MigrationOutcome, MigrationState, VerdictKind } from './verdict';

/**
 * What became of every migration that the events name, over all attempts: what an attempt begins anew is judged anew, and
 * what one of them reads in the history counts more than what an earlier one believed, whose COMMIT was lost.
 */
export function foldMigrations(events: readonly LogEvent[], kind: VerdictKind): MigrationOutcome[] {
  const outcomes = new Map<string, MigrationOutcome>();
  const set = (tag: string, state: MigrationState, milliseconds?: number) => {
    outcomes.set(tag, { tag, state, ...(milliseconds !== undefined && { milliseconds }) });
  };
  for (const event of events) applyEvent(event, kind, outcomes, set);
  return [...outcomes.values()];
}

type Outcomes = ReadonlyMap<string, MigrationOutcome>;
type SetOutcome = (tag: string, state: MigrationState, milliseconds?: number) => void;

function applyEvent(event: LogEvent, kind: VerdictKind, outcomes: Outcomes, set: SetOutcome): void {
  const tags = textsIn(event, 'migrations');
  const tag = textIn(event, 'migration');
  switch (event.event) {
    case 'unit_started':
      for (const each of tags) set(each, 'begun');
      return;
    case 'migration_applied':
      if (tag !== undefined) set(tag, 'applied', numberIn(event, 'duration_ms'));
      return;
    case 'rollback_script_done':
      if (tag !== undefined) set(tag, 'begun', numberIn(event, 'duration_ms'));
      return;
    case 'unit_committed':
      if (kind === 'rollback') for (const each of tags) set(each, 'rolled back', timeOf(each, outcomes));
      return;
    case 'unit_failed':
      failUnit(event, textsIn(event, 'rolled_back'), textsIn(event, 'not_started'), set);
      return;
    case 'rollback_failed':
      failUnit(event, [], textsIn(event, 'still_applied'), set);
      return;
    case 'history_status':
      readHistory(new Set(textsIn(event, 'pending')), kind, outcomes, set);
      return;
    default:
  }
}

function timeOf(tag: string, outcomes: Outcomes): number | undefined {
  return outcomes.get(tag)?.milliseconds;
}

function failUnit(event: LogEvent, reverted: string[], notStarted: string[], set: SetOutcome): void {
  const culprit = textIn(event, 'migration');
  for (const tag of reverted) set(tag, 'reverted');
  for (const tag of notStarted) set(tag, 'not started');
  if (culprit !== undefined) set(culprit, 'failed', numberIn(event, 'duration_ms'));
  // A COMMIT that was refused is that of all of them.
  else for (const tag of reverted) set(tag, 'failed');
}

function readHistory(
  pending: ReadonlySet<string>,
  kind: VerdictKind,
  outcomes: Outcomes,
  set: SetOutcome,
): void {
  const done = kind === 'migration' ? 'applied' : 'rolled back';
  for (const { tag, state } of outcomes.values()) {
    const isDone = pending.has(tag) === (kind === 'rollback');
    if (isDone && state !== done) set(tag, done);
  }
}

import { plural } from '../../../../runner/src/report/plural';
import { renderDuration } from './headline';
import type { MigrationOutcome, MigrationState } from './verdict';

export const STATE_WORDS: Readonly<Record<MigrationState, string>> = {
  applied: 'applied',
  'rolled back': 'rolled back',
  failed: 'FAILED',
  reverted: 'went back with the same transaction',
  'not started': 'not started',
  begun: 'begun; its end is not known',
};

/** Cells of the longest bar. */
const WIDTH = 24;

export interface TimelineRow extends MigrationOutcome {
  readonly time: string;
  /** Where in the run its time lies, as a bar behind blanks; empty where no time is known. */
  readonly bar: string;
}

/**
 * Each migration with its share of the run's time. Of very many, those that did not pass and the slowest, in their order,
 * with a word on the others.
 */
export function timeline(
  migrations: readonly MigrationOutcome[],
  most: number,
): { readonly rows: readonly TimelineRow[]; readonly others?: string } {
  const total = migrations.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0);
  let before = 0;
  const rows = migrations.map((outcome): TimelineRow => {
    const { milliseconds } = outcome;
    const start = cell(before, total);
    before += milliseconds ?? 0;
    const bar =
      milliseconds === undefined || total === 0
        ? ''
        : `${' '.repeat(Math.min(start, WIDTH - 1))}${'█'.repeat(Math.max(1, cell(before, total) - start))}`;
    return { ...outcome, bar, time: milliseconds === undefined ? '' : renderDuration(milliseconds) };
  });
  if (rows.length <= most) return { rows };
  const shown = new Set([...rows].sort((a, b) => weight(b) - weight(a)).slice(0, most));
  return {
    rows: rows.filter((row) => shown.has(row)),
    others: `${plural(rows.length - most, 'other')}: ${countStates(rows.filter((row) => !shown.has(row)))}`,
  };
}

function cell(milliseconds: number, total: number): number {
  return total === 0 ? 0 : Math.round((milliseconds / total) * WIDTH);
}

/** What failed is always shown, then what is unclear, then what took long. */
function weight({ state, milliseconds = 0 }: MigrationOutcome): number {
  if (state === 'failed') return Number.POSITIVE_INFINITY;
  return state === 'begun' ? Number.MAX_VALUE : milliseconds;
}

function countStates(rows: readonly TimelineRow[]): string {
  const states = [...new Set(rows.map(({ state }) => state))];
  return states
    .map((state) => `${rows.filter((row) => row.state === state).length} ${STATE_WORDS[state]}`)
    .join(', ');
}

import type { HistoryRun } from '../read-document';
import { anchorOf } from './anchor';
import { counted, durationText, timeText } from './format';
import { type Html, html } from './html';
import { isRollback, OUTCOMES, outcomeClass, outcomeIcon, outcomeMeaning, outcomeText } from './outcome';
import { type TimeAxis, timeAxis } from './time-axis';

/** Side of the square that a mark has for itself, and beyond how many runs the marks are small. */
const [LARGE, SMALL, FEW] = [19, 13, 80] as const;
/** Width of a shape, with its border. */
const SHAPE = 12;
/** Beyond so many, the marks of one place overlap instead of growing further away. */
const MOST = 12;
const MARGIN = 10;
const LABEL = 20;

/**
 * Every run as a mark of its own over the time, none behind another: those at about the same time are piled up, migrations
 * above the axis and rollbacks below. Twice, because what is readable on a desk is not on a phone.
 */
export function renderTimeline(runs: readonly HistoryRun[]): Html {
  const used = OUTCOMES.filter((outcome) => runs.some((run) => run.outcome === outcome));
  return html`<section aria-labelledby="timeline"><h2 id="timeline">Runs over time</h2>
<ul class="legend">${used.map(
    (outcome) => html`<li>${outcomeIcon(outcome)} ${outcomeMeaning(outcome)}</li>`,
  )}</ul>
<div class="card picture wide">${picture(runs, 1040)}</div><div class="card picture narrow">${picture(runs, 320)}</div></section>`;
}

function picture(runs: readonly HistoryRun[], width: number): Html {
  const size = runs.length > FEW || width < 500 ? SMALL : LARGE;
  const times = runs.map(({ startedAt }) => startedAt);
  const axis = timeAxis(times, MARGIN, width - 2 * MARGIN);
  const up = pile(
    runs.filter((run) => !isRollback(run)),
    { axis, size, away: -1 },
  );
  const down = pile(runs.filter(isRollback), { axis, size, away: 1 });
  const zero = LABEL + up.height;
  const bottom = zero + (down.marks.length > 0 ? down.height + LABEL : 0);
  const height = bottom + LABEL + 4;
  return html`<svg viewBox="0 0 ${width} ${height}" role="group" aria-label="${summaryOf(runs)}">
${axis.ticks.map(({ x, label }) => tick(x, label, { width, bottom, height }))}
<path class="axis" d="M0 ${zero}H${width}"/>
<text x="0" y="12">▲ migrations</text>
${down.marks.length > 0 && html`<text x="0" y="${bottom - 4}">▼ rollbacks</text>`}
${[...up.marks, ...down.marks].map(({ run, x, y }) => mark(run, `translate(${x} ${zero + y}) scale(${size / SHAPE})`))}</svg>`;
}

function tick(x: number, label: string, size: { width: number; bottom: number; height: number }): Html {
  const half = label.length * 3.4;
  const [anchor, at] =
    x < half ? ['start', 0] : x > size.width - half ? ['end', size.width] : ['middle', Math.round(x)];
  return html`<path class="grid" d="M${x.toFixed(1)} ${LABEL - 4}V${size.bottom}"/><text x="${at}" y="${
    size.height - 5
  }" text-anchor="${anchor}">${label}</text>`;
}

function mark(run: HistoryRun, transform: string): Html {
  const name = outcomeClass(run.outcome);
  return html`<a href="#${anchorOf(run)}" tabindex="-1" class="${name}"><title>${titleOf(
    run,
  )}</title><use href="#o-${name}" transform="${transform}"/></a>`;
}

function titleOf(run: HistoryRun): string {
  const { startedAt, command, durationMs, migrationCount } = run;
  const took = durationMs === undefined ? '' : `, ${durationText(durationMs)}`;
  return `${timeText(startedAt)} ${command}: ${outcomeText(run)}${took}, ${counted(migrationCount, 'migration')}`;
}

interface Placed {
  readonly run: HistoryRun;
  readonly x: number;
  /** From the axis, downwards. */
  readonly y: number;
}

/** Gives each run a place in the column of its time, the earlier nearer to the axis. */
function pile(
  runs: readonly HistoryRun[],
  { axis, size, away }: { axis: TimeAxis; size: number; away: 1 | -1 },
): { marks: readonly Placed[]; height: number } {
  const columns = new Map<number, HistoryRun[]>();
  for (const run of [...runs].sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime())) {
    const column = Math.round(axis.place(run.startedAt) / size);
    columns.set(column, [...(columns.get(column) ?? []), run]);
  }
  const most = [...columns.values()].reduce((highest, { length }) => Math.max(highest, length), 0);
  const step = most > MOST ? (size * (MOST - 1)) / (most - 1) : size;
  const marks = [...columns].flatMap(([column, piled]) =>
    piled.map((run, level) => ({
      ...{ run, x: column * size },
      y: away * Math.round(size / 2 + 4 + level * step),
    })),
  );
  return { marks, height: Math.max(1, Math.min(most, MOST)) * size + 8 };
}

/** For those who do not see it; each run is in the table. */
function summaryOf(runs: readonly HistoryRun[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of runs) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const [newest, oldest] = [runs[0], runs.at(-1)];
  const period =
    newest && oldest ? ` from ${timeText(oldest.startedAt)} to ${timeText(newest.startedAt)} UTC` : '';
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const rollbacks = runs.filter(isRollback).length;
  return `${counted(runs.length, 'run')}${period}: ${outcomes}; ${counted(rollbacks, 'rollback')}. The table below has each.`;
}

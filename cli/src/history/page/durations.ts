import type { HistoryMigration, HistoryRun } from '../read-document';
import { anchorOf } from './anchor';
import { type DurationScale, durationScale } from './duration-scale';
import { counted, durationText, nameElement, timeElement } from './format';
import { type Html, html } from './html';

/** How many are shown at once, and how many of the others are folded away; the table has all. */
const [SHOWN, FOLDED] = [15, 185] as const;

interface Timed {
  readonly migration: HistoryMigration;
  readonly durationMs: number;
  /** That applied it last. */
  readonly run: HistoryRun;
  readonly isUndone: boolean;
}

/** How long each migration took when it was last applied, the longest first. */
export function renderDurations(runs: readonly HistoryRun[]): Html {
  const timed = lastApplications(runs).sort((one, other) => other.durationMs - one.durationMs);
  const title = html`<h2 id="durations">Duration per migration</h2>`;
  if (timed.length === 0) {
    return html`<section aria-labelledby="durations">${title}<p>No run in this page has applied a migration.</p></section>`;
  }
  const scale = durationScale(timed[0]?.durationMs ?? 0);
  const rest = timed.slice(SHOWN, SHOWN + FOLDED);
  return html`<section aria-labelledby="durations">${title}
<p class="note">${timed.length > SHOWN + FOLDED ? `The ${SHOWN + FOLDED} longest of ${timed.length}` : 'The longest first'}, as each was last applied. The scale is logarithmic: each line is about ten times the one before.</p>
<div class="card"><svg class="defs" width="0" height="0" aria-hidden="true"><defs><g id="lines">${scale.ticks.map(
    ({ percent }) => html`<line x1="${percent}%" x2="${percent}%" y2="100%"/>`,
  )}</g></defs></svg>${axis(scale)}<ol class="bars">${timed.slice(0, SHOWN).map((each) => bar(each, scale))}</ol>
${
  rest.length > 0 &&
  html`<details><summary>${counted(rest.length, 'shorter one')}, up to ${durationText(
    rest[0]?.durationMs ?? 0,
  )}</summary>${axis(scale)}<ol class="bars" start="${SHOWN + 1}">${rest.map((each) => bar(each, scale))}</ol></details>`
}</div></section>`;
}

function axis({ ticks }: DurationScale): Html {
  return html`<div class="ticks" aria-hidden="true"><svg width="100%" height="16">${ticks.map(
    ({ percent, label }, at) =>
      html`<text x="${percent}%" y="12" text-anchor="${at === 0 ? 'start' : percent === 100 ? 'end' : 'middle'}"${
        at % 2 === 1 && html` class="odd"`
      }>${label}</text>`,
  )}</svg></div>`;
}

function bar({ migration, durationMs, run, isUndone }: Timed, { percent }: DurationScale): Html {
  const { name, rows } = migration;
  return html`<li><a href="#${anchorOf(run)}">${nameElement(name)}</a><svg class="bar" width="100%" aria-hidden="true"><use href="#lines"/><rect y="50%" width="${Math.max(0.4, percent(durationMs))}%" height="12" rx="2"/></svg><b>${durationText(durationMs)}</b><span>${
    !!rows && html`${counted(rows, 'row')}, `
  }${timeElement(run.startedAt)}${isUndone && ', rolled back since'}</span></li>`;
}

function lastApplications(runs: readonly HistoryRun[]): Timed[] {
  const found = new Map<string, Timed>();
  const undone = new Set<string>();
  // The newest run comes first, and in it the last migration is the newest.
  for (const run of runs) {
    for (const migration of [...run.migrations].reverse()) {
      const { name, durationMs } = migration;
      const became = migration.outcome ?? (run.command === 'rollback' ? 'undone' : 'applied');
      if (became === 'undone' && !found.has(name)) undone.add(name);
      if (became !== 'applied' || durationMs === undefined || found.has(name)) continue;
      found.set(name, { migration, durationMs, run, isUndone: undone.has(name) });
    }
  }
  return [...found.values()];
}

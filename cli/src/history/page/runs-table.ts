import type { HistoryRun } from '../read-document';
import { anchorOf } from './anchor';
import { durationText, timeElement } from './format';
import { type Html, html } from './html';
import { outcomeClass, outcomeIcon, outcomeText } from './outcome';
import { renderChanges, renderFacts, renderFailure } from './run-details';

const COLUMNS = ['Started (UTC)', 'Command', 'Outcome', 'Took', 'What changed'];

/**
 * Every run with what it changed and why it failed, the newest first. The roles repeat what the elements mean, because on
 * a phone the rows are laid out as cards, and some browsers then forget it.
 */
export function renderRuns(runs: readonly HistoryRun[]): Html {
  const others = runs.filter(({ outcome }) => outcome !== 'succeeded').length;
  return html`<section aria-labelledby="runs"><h2 id="runs">What changed when</h2>
${
  others > 0 &&
  html`<p class="filter"><input type="checkbox" id="only"><label for="only">Only the ${others} that did not succeed</label></p>`
}
<table role="table" aria-labelledby="runs"><thead role="rowgroup"><tr role="row">${COLUMNS.map(
    (name) => html`<th role="columnheader" scope="col">${name}</th>`,
  )}</tr></thead>
${runs.map(rows)}</table></section>`;
}

function rows(run: HistoryRun): Html {
  const { command, outcome, startedAt, durationMs } = run;
  const name = outcomeClass(outcome);
  const anchor = anchorOf(run);
  return html`<tbody role="rowgroup" id="${anchor}" class="${name}"><tr role="row"><th role="rowheader" scope="row"><a href="#${anchor}">${timeElement(
    startedAt,
  )}</a></th><td role="cell">${command}</td><td role="cell" class="${name}">${outcomeIcon(outcome)} ${outcomeText(
    run,
  )}</td><td role="cell">${durationMs === undefined ? '–' : durationText(durationMs)}</td><td role="cell">${renderChanges(
    run,
  )}</td></tr><tr role="row" class="more"><td role="cell" colspan="5">${renderFailure(run)}${renderFacts(run)}</td></tr></tbody>
`;
}

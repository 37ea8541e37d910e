import type { HistoryDocument, HistoryRun } from '../read-document';
import { anchorOf } from './anchor';
import { counted, durationText, timeElement } from './format';
import { type Html, html } from './html';
import { isRollback, outcomeClass, outcomeIcon, outcomeText } from './outcome';
import { renderFailure } from './run-details';

/** When and with what the page was made. */
export interface Made {
  readonly at: Date;
  readonly version: string;
  /** The most runs that were asked for. */
  readonly limit: number;
}

/** Which database this is about, and how fresh it is. */
export function renderHeader({ database }: HistoryDocument, { at, version }: Made): Html {
  return html`<header><p class="note">Migration history of the database</p><h1>${database?.name ?? 'without a name'}</h1>
<p>${database?.host && html`<code>${database.host}</code> · `}made ${timeElement(at)} by drizzle-gate ${version} · all times are UTC</p></header>`;
}

/** The answer for those who have no time: how the last run ended, and what to do. */
export function renderVerdict(run: HistoryRun, at: Date): Html {
  const { command, outcome, startedAt } = run;
  const name = outcomeClass(outcome);
  const ago = at.getTime() - startedAt.getTime();
  return html`<section class="verdict ${name}" aria-labelledby="last"><h2 id="last">${outcomeIcon(
    outcome,
  )} Last run: ${command} ${endOf(run)}</h2>
<p><a href="#${anchorOf(run)}">${timeElement(startedAt)}</a>${ago > 0 && `, ${durationText(ago)} before this page was made`}</p>${renderFailure(
    run,
  )}</section>`;
}

/** The numbers of the page at a glance. */
export function renderNumbers(runs: readonly HistoryRun[], limit: number): Html {
  const counts = (outcome: string) => runs.filter((run) => run.outcome === outcome).length;
  const longest = runs.reduce<number | undefined>(
    (most, { durationMs }) => (durationMs === undefined ? most : Math.max(most ?? 0, durationMs)),
    undefined,
  );
  const numbers = [
    ['Runs', String(runs.length)],
    ['Succeeded', String(counts('succeeded'))],
    ['Failed', String(counts('failed'))],
    ...(counts('lost') > 0 ? [['Lost', String(counts('lost'))] as const] : []),
    ['Rollbacks', String(runs.filter(isRollback).length)],
    ['Longest run', longest === undefined ? '–' : durationText(longest)],
  ] as const;
  return html`<dl class="numbers">${numbers.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>${runs.length >= limit && html`<p class="note">The last ${counted(limit, 'run')}; older ones, if there are any, are in the database.</p>`}`;
}

function endOf(run: HistoryRun): string {
  if (run.outcome === 'running') return 'is still running';
  return run.outcome === 'lost' ? 'was lost: it was killed or cut off, and wrote no end' : outcomeText(run);
}

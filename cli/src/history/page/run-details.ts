import type { HistoryFailure, HistoryMigration, HistoryRun } from '../read-document';
import { counted, durationText, nameElement, timeElement } from './format';
import { type Html, html } from './html';
import { exitMeaning } from './outcome';

/** What the person on call asks first. */
const FIRST: Readonly<Record<string, string>> = {
  confirmedBy: 'Confirmed by',
  kept: 'Kept rows',
  image: 'Image',
  job: 'Job',
  pod: 'Pod',
};

/** What proves it later. */
const LATER: Readonly<Record<string, string>> = {
  role: 'Database role',
  planHash: 'Plan',
  folderDigest: 'Migrations folder',
  imageDigest: 'Image digest',
  runnerVersion: 'Runner',
  contractVersion: 'Contract',
};

/** Beyond so many, the migrations of a run are folded away. */
const LISTED = 6;

/** Why a run failed, and what is to be done. */
export function renderFailure(run: Pick<HistoryRun, 'failure' | 'exitCode' | 'outcome'>): Html | undefined {
  const { failure, exitCode, outcome } = run;
  const meaning = outcome === 'failed' ? exitMeaning(exitCode) : undefined;
  if (!failure && !meaning) return undefined;
  return html`<div class="failure">${
    failure ? told(failure) : html`<p>The reason is not recorded.</p>`
  }${meaning && html`<p class="note">Exit code ${exitCode}: ${meaning}.</p>`}</div>`;
}

function told({ message, place, sqlstate, detail, remedy }: HistoryFailure): Html {
  return html`<p><b>${message}</b></p>${
    (place ?? sqlstate) !== undefined &&
    html`<p>${place && html`at <code>${place}</code>`}${place && sqlstate && ' · '}${sqlstate && html`SQLSTATE <code>${sqlstate}</code>`}</p>`
  }${detail && html`<pre tabindex="0">${detail}</pre>`}${remedy && html`<p><b>Next step:</b> ${remedy}</p>`}`;
}

/** What a run changed, and what it could not finish. */
export function renderChanges({ migrations, migrationCount, uncommitted }: HistoryRun): Html {
  const nothing = migrationCount > 0 ? counted(migrationCount, 'migration') : 'nothing';
  const unfinished =
    uncommitted.length > 0 && html`<p class="note">not finished:</p>${list(uncommitted, uncommitted.length)}`;
  return migrations.length > 0
    ? html`${list(migrations, migrationCount)}${unfinished}`
    : html`<p class="note">${nothing}</p>${unfinished}`;
}

function list(migrations: readonly HistoryMigration[], count: number): Html {
  const rest = count - migrations.length;
  const items = html`<ul>${migrations.map(item)}${rest > 0 && html`<li>… and ${rest} more</li>`}</ul>`;
  if (migrations.length <= LISTED) return items;
  const [first, last] = [migrations[0]?.name ?? '', migrations.at(-1)?.name ?? ''];
  const ends =
    rest > 0 ? html`from ${nameElement(first)}` : html`${nameElement(first)} to ${nameElement(last)}`;
  return html`<details><summary>${counted(count, 'migration')}, ${ends}</summary>${items}</details>`;
}

/** Words for what became of a migration, where it is not the ordinary. */
const BECAME: Readonly<Record<string, string | undefined>> = {
  applied: undefined,
  marked: 'marked as applied',
  restamped: 'hash corrected',
  removed: 'history row removed',
  forgotten: 'progress given up',
  rolled_back: 'rolled back with the others',
  halfway: 'stopped midway',
  not_started: 'not started',
  unfinished: 'not committed',
};

function item({ name, outcome = 'applied', durationMs, rows, statements }: HistoryMigration): Html {
  const facts = [
    Object.hasOwn(BECAME, outcome) ? BECAME[outcome] : outcome,
    durationMs !== undefined && durationText(durationMs),
    !!rows && counted(rows, 'row'),
    statements !== undefined && counted(statements, 'statement'),
  ].filter(Boolean);
  return html`<li>${nameElement(name)} <span class="note">${facts.join(' · ')}</span></li>`;
}

/** Where and by whom a run was made. */
export function renderFacts({ id, facts, finishedAt }: HistoryRun): Html {
  const shown = (labels: Readonly<Record<string, string>>) =>
    Object.entries(labels).flatMap(([name, label]) => {
      const value = facts.get(name);
      return value === undefined ? [] : [html`<div><dt>${label}</dt><dd>${value}</dd></div>`];
    });
  const first = shown(FIRST);
  return html`<div class="facts">${first.length > 0 && html`<dl>${first}</dl>`}<details><summary>Evidence</summary><dl><div><dt>Run</dt><dd>${id}</dd></div>${
    finishedAt && html`<div><dt>Ended</dt><dd>${timeElement(finishedAt)} UTC</dd></div>`
  }${shown(LATER)}</dl></details></div>`;
}

import { createHash } from 'node:crypto';
import type { HistoryDocument } from '../read-document';
import { renderDurations } from './durations';
import { type Made, renderHeader, renderNumbers, renderVerdict } from './header';
import { Html, html } from './html';
import { shapeDefinitions } from './outcome';
import { renderRuns } from './runs-table';
import { STYLE } from './style';
import { renderTimeline } from './timeline';

/** Nothing but the page's own style is allowed; a browser then loads and runs nothing else, whatever a text holds. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** Without an icon, browsers ask the server for one. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 14V5l6-3 6 3v9M6 14V8h4v6' fill='none' stroke='%233b6fb6' stroke-width='2'/%3E%3C/svg%3E";

/** The history as one page that needs nothing else: no network, no other file, no script. */
export function renderHistoryPage(document: HistoryDocument, made: Made): string {
  const { runs, database } = document;
  const [newest] = runs;
  const content: Html = newest
    ? html`${renderVerdict(newest, made.at)}${renderNumbers(runs, made.limit)}
${renderTimeline(runs)}${renderDurations(runs)}${renderRuns(runs)}`
    : html`<p class="card">No run has changed this database, as far as is recorded.</p>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>Migration history${database && ` of ${database.name}`}</title>
<link rel="icon" href="${ICON}">
<style>${new Html(STYLE)}</style></head><body>
${newest && html`<a class="skip" href="#runs">Skip to the runs</a>`}${shapeDefinitions()}
${renderHeader(document, made)}
<main>${content}</main></body></html>
`.toString();
}

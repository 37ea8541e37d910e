import { EXIT } from '../../../../core/contract';
import type { HistoryRun } from '../read-document';
import { type Html, html } from './html';

/** How an outcome is shown: by a shape and a word, besides its colour. */
interface Look {
  readonly word: string;
  /** Around the origin, 10 units wide; in the colour of the text. */
  readonly shape: Html;
}

const LOOKS: Readonly<Record<string, Look>> = {
  succeeded: { word: 'succeeded', shape: html`<circle r="4.5"/>` },
  failed: {
    word: 'failed',
    shape: html`<path d="M-4-4 4 4M-4 4 4-4" stroke="currentColor" stroke-width="2.6"/>`,
  },
  lost: { word: 'lost: it was killed or cut off, and wrote no end', shape: html`<path d="M0-5 5 4.5H-5Z"/>` },
  running: {
    word: 'still running',
    shape: html`<circle r="3.8" fill="none" stroke="currentColor" stroke-width="2"/>`,
  },
};

/** An outcome that a later runner may bring. */
const OTHER: Html = html`<rect x="-4" y="-4" width="8" height="8"/>`;

/** The outcomes in the order of a legend. */
export const OUTCOMES: readonly string[] = Object.keys(LOOKS);

/** A class for its colour; `other` for one that nobody knows here. */
export function outcomeClass(outcome: string): string {
  return Object.hasOwn(LOOKS, outcome) ? outcome : 'other';
}

/** Defines the shapes, once for the page. */
export function shapeDefinitions(): Html {
  const shapes = [
    ...OUTCOMES.map((name) => [name, LOOKS[name]?.shape ?? OTHER] as const),
    ['other', OTHER] as const,
  ];
  return html`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>${shapes.map(
    ([name, shape]) => html`<g id="o-${name}" fill="currentColor">${shape}</g>`,
  )}</defs></svg>`;
}

/** The shape alone, for beside words. */
export function outcomeIcon(outcome: string): Html {
  const name = outcomeClass(outcome);
  return html`<svg class="icon ${name}" viewBox="-6 -6 12 12" aria-hidden="true"><use href="#o-${name}"/></svg>`;
}

/** `failed (82)`. */
export function outcomeText({ outcome, exitCode }: Pick<HistoryRun, 'outcome' | 'exitCode'>): string {
  return outcome === 'succeeded' || exitCode === undefined ? outcome : `${outcome} (${exitCode})`;
}

/** What the word means, for a legend. */
export function outcomeMeaning(outcome: string): string {
  return LOOKS[outcome]?.word ?? outcome;
}

/** What the exit code means; undefined for one that is not ours. */
export function exitMeaning(exitCode: number | undefined): string | undefined {
  return Object.values(EXIT).find(({ code }) => code === exitCode)?.meaning;
}

/** Whether the run takes migrations away. */
export function isRollback({ command }: Pick<HistoryRun, 'command'>): boolean {
  return command.startsWith('rollback');
}

import { utcFormat } from 'd3-time-format';
import { type Html, html } from './html';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration with as much of it as a person compares: `5 ms`, `1.3 s`, `40 min 12 s`, `3 h 5 min`. */
export function durationText(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < SECOND) return `${ms} ms`;
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND) * SECOND;
  if (seconds < MINUTE) return `${seconds / SECOND} s`;
  if (seconds < HOUR) return inTwo(seconds, [MINUTE, 'min'], [SECOND, 's']);
  const minutes = Math.round(ms / MINUTE) * MINUTE;
  if (minutes < DAY) return inTwo(minutes, [HOUR, 'h'], [MINUTE, 'min']);
  return inTwo(Math.round(ms / HOUR) * HOUR, [DAY, 'd'], [HOUR, 'h']);
}

type Unit = readonly [size: number, name: string];

function inTwo(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

const NUMBER = new Intl.NumberFormat('en-US');

/** `2,400,000 rows`. */
export function counted(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const TIME = utcFormat('%Y-%m-%d %H:%M:%S');

/** The same for every reader: UTC, which the page says. */
export function timeText(time: Date): string {
  return TIME(time);
}

export function timeElement(time: Date): Html {
  return html`<time datetime="${time.toISOString()}">${timeText(time)}</time>`;
}

/** The name of a migration, which breaks after its words where a line is too short for it. */
export function nameElement(name: string): Html {
  const words = name.split('_').map((word, at) => (at === 0 ? word : html`_<wbr>${word}`));
  return html`<code>${words}</code>`;
}

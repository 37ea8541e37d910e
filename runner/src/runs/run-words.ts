import { plural } from '../report/plural';
import { renderDuration } from '../terminal/render-elapsed';
import type { RecordedRun } from './recorded-run';

/** Characters of a line where no terminal says how many it has: of what a ticket shows without a break. */
export const WIDTH = 100;

export function outcomeOf({ outcome, exitCode }: RecordedRun): string {
  return outcome === 'failed' && exitCode !== null ? `failed (${exitCode})` : outcome;
}

export function tookOf(milliseconds: number | null): string {
  return milliseconds === null ? '' : renderDuration(milliseconds);
}

export function changedOf({ migrations, migrationCount, kept }: RecordedRun): string {
  if (kept) return `${kept.action} ${plural(kept.rows, 'kept row')}`;
  const [first] = migrations;
  if (first === undefined) return migrationCount === 0 ? 'none' : plural(migrationCount, 'migration');
  if (migrationCount === 1) return first.migration;
  return `${plural(migrationCount, 'migration')} to ${migrations.at(-1)?.migration ?? ''}`;
}

/** Control characters would be orders for a terminal, and line breaks end a table. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

export function timeOf(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')}Z`;
}

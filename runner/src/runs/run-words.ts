import { plural } from '../report/plural';
import type { RecordedRun } from './recorded-run';

export function outcomeOf({ outcome, exitCode }: RecordedRun): string {
  return outcome === 'failed' && exitCode !== null ? `failed (${exitCode})` : outcome;
}

/** Seconds with a tenth; what took longer than an hour is told in hours. */
export function tookOf(milliseconds: number | null): string {
  if (milliseconds === null) return '';
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 60
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
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

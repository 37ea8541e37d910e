import Table from 'cli-table3';
import { renderPlace } from '../errors/place';
import { plural } from '../report/plural';
import type { RecordedRun, RunFailure, RunMigration } from './recorded-run';
import { oneLine, outcomeOf, timeOf, tookOf, WIDTH } from './run-words';

/** Commands whose plan a person confirms. */
const CONFIRMED = new Set(['rollback', 'baseline', 'repair']);
const LABEL = 16;

/** Of the table of migrations; what has no room of it is left out from the right, as the hash. */
const HEAD = ['migration', 'outcome', 'took', 'rows', 'statements', 'hash'];
/** What stands around a cell. */
const BORDER = 3;

/**
 * One run in full, for a terminal.
 *
 * @param width characters of a line.
 */
export function renderRun(run: RecordedRun, width = WIDTH): string {
  const { migrations, uncommitted, failure, kept } = run;
  const lines = [
    ...factsOf(run).map(([label, value]) => `${label.padEnd(LABEL)}${oneLine(value, 1000)}`),
    ...(kept ? ['', `${kept.action} ${plural(kept.rows, 'row')}: ${kept.schema}`] : []),
    ...(migrations.length + uncommitted.length > 0
      ? ['', table([...migrations, ...uncommitted], width)]
      : []),
    ...(failure ? ['', ...failureLines(failure)] : []),
  ];
  return lines.join('\n');
}

function factsOf(run: RecordedRun): [label: string, value: string][] {
  const { finishedAt, durationMs, runnerVersion, contractVersion } = run;
  const took = finishedAt && durationMs !== null ? `, took ${tookOf(durationMs)}` : '';
  const facts: [string, string | null][] = [
    ['run', run.id],
    ['command', run.command],
    ['outcome', run.outcome === 'lost' ? 'lost: it never wrote its end' : outcomeOf(run)],
    ['started', `${timeOf(run.startedAt)}${took}`],
    ['confirmed by', CONFIRMED.has(run.command) ? confirmerOf(run) : null],
    ['database role', run.role],
    ['image', run.image],
    ['job', run.job],
    ['pod', run.pod],
    ['runner', `${runnerVersion}${contractVersion ? ` (contract ${contractVersion})` : ''}`],
    ['plan', run.planHash],
    ['folder', run.folderDigest],
  ];
  return facts.flatMap(([label, value]): [string, string][] => (value === null ? [] : [[label, value]]));
}

function confirmerOf({ confirmedBy, role, planHash }: RecordedRun): string {
  if (confirmedBy !== null) return confirmedBy;
  if (planHash === null) return 'nobody: it never came so far';
  return role === null ? 'not told' : `not told; only the database role is known: ${role}`;
}

function table(migrations: readonly RunMigration<string>[], width: number): string {
  const cells = migrations.map(cellsOf);
  const widths = HEAD.map((head, column) =>
    Math.max(...[head, ...cells.map((row) => row[column] ?? '')].map(({ length }) => length)),
  );
  let shown = HEAD.length;
  while (shown > 3 && widths.slice(0, shown).reduce((sum, each) => sum + each + BORDER, 1) > width)
    shown -= 1;
  const rows = new Table({
    head: HEAD.slice(0, shown),
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  rows.push(...cells.map((row) => row.slice(0, shown)));
  return rows.toString();
}

function cellsOf({
  migration,
  outcome,
  duration_ms,
  rows,
  statements,
  hash,
}: RunMigration<string>): string[] {
  return [
    ...[oneLine(migration, 48), outcome.replace('_', ' '), tookOf(duration_ms)],
    ...[String(rows ?? ''), String(statements ?? ''), hash?.slice(0, 12) ?? ''],
  ];
}

function failureLines({ message, exitCode, sqlstate, place, detail, remedy }: RunFailure): string[] {
  return [
    `✗ ${message} (exit code ${exitCode}${sqlstate ? `, SQLSTATE ${sqlstate}` : ''})`,
    ...(place ? [`at ${renderPlace(place)}`] : []),
    ...(detail ? [detail] : []),
    ...(remedy ? [`→ ${remedy}`] : []),
  ].map(withoutControls);
}

/** Lines stay lines. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, ' ');
}

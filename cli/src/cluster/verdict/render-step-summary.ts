import { plural } from '../../../../runner/src/report/plural';
import { limited } from '../../report/limited';
import { fenced, inCell, inHtml } from '../../report/markdown';
import { isWaiting, renderDuration } from './headline';
import { describeAttempt } from './render-terminal';
import { STATE_WORDS, timeline } from './timeline';
import type { MigrationState, Problem, RollbackOutcome, Verdict } from './verdict';

const SIGNS: Readonly<Record<MigrationState, string>> = {
  ...{ applied: '✅', 'rolled back': '✅', failed: '❌', reverted: '↩️', 'not started': '–', begun: '❔' },
};
/** GitHub refuses a summary of more than a mebibyte, and nobody reads more rows. */
const MOST_ROWS = 100;

/** A link to a line of a file here, in Markdown; undefined where the reader has none. */
export type LinkTo = (path: string, line: number) => string | undefined;

/** The verdict as Markdown, for the page of the workflow's run. No text of a log can break out of its place. */
export function renderStepSummary(verdict: Verdict, linkTo: LinkTo = () => undefined): string {
  const { kind, outcome, headline, rollback, problems, warnings } = verdict;
  const title = kind === 'rollback' ? 'Database rollback' : 'Database migrations';
  return [
    `### ${outcome === 'succeeded' ? '✅' : isWaiting(verdict) ? '⏸️' : '❌'} ${title}`,
    `**${inCell(headline)}**`,
    ...problems.map((problem) => renderProblem('❌', problem, linkTo)),
    ...(rollback ? [renderRollback(rollback)] : []),
    ...timelineTable(verdict),
    ...factsTable(verdict),
    ...(warnings.length === 0 ? [] : [renderWarnings(warnings, linkTo)]),
  ].join('\n\n');
}

function renderProblem(sign: string, problem: Problem, linkTo: LinkTo): string {
  const { message, detail, remedy, path, line = 1 } = problem;
  const link = path === undefined ? undefined : linkTo(path, line);
  return [
    ...renderPart(sign, message, detail),
    ...(link === undefined ? [] : [link]),
    ...(remedy ? [`→ ${inCell(remedy)}`] : []),
  ].join('\n\n');
}

function renderRollback(rollback: RollbackOutcome): string {
  const { planMessage, planDetail, lossMessage, lossDetail, kept, keepMessage, token, tokenExpires } =
    rollback;
  return [
    ...renderPart('📋', planMessage, planDetail),
    ...renderPart('⚠️', lossMessage, lossDetail),
    ...kept.map(({ schema, rows }) => `💾 ${plural(rows, 'row')} kept in schema ${inCell(schema)}`),
    ...renderPart('💾', keepMessage, undefined),
    ...renderPart(
      '🔑',
      token && `To carry out exactly this plan, confirm it until ${tokenExpires} with:`,
      token,
    ),
  ].join('\n\n');
}

function renderPart(sign: string, message: string | undefined, detail: string | undefined): string[] {
  if (!message) return [];
  return [`${sign} ${inCell(message)}`, ...(detail ? [fenced(limited(detail))] : [])];
}

function timelineTable({ migrations }: Verdict): string[] {
  if (migrations.length === 0) return [];
  const { rows, others } = timeline(migrations, MOST_ROWS);
  const cells = rows.map(({ tag, state, time, bar }) => [
    ...[SIGNS[state], inCell(tag), STATE_WORDS[state], time],
    // Blanks outside of code are dropped.
    bar === '' ? '' : `\`${bar.replaceAll(' ', '·')}\``,
  ]);
  return [
    table(['', 'migration', 'outcome', 'time', 'when'], cells),
    ...(others === undefined ? [] : [inCell(others)]),
  ];
}

function factsTable({ namespace, job, image, attempts, milliseconds, runId }: Verdict): string[] {
  const rows = [
    ...(job === undefined ? [] : [['job', inCell(`${namespace ?? ''}/${job}`)]]),
    ...(image ? [['image', inCell(image)]] : []),
    ...(milliseconds === undefined ? [] : [['time', renderDuration(milliseconds)]]),
    ...(runId === undefined ? [] : [['run', inCell(runId)]]),
    ...attempts.map((attempt, index) => [
      ...[`attempt ${index + 1}`, inCell(`${attempt.pod}: ${describeAttempt(attempt)}`)],
    ]),
  ];
  return rows.length === 0 ? [] : [table(['', ''], rows)];
}

function renderWarnings(warnings: readonly Problem[], linkTo: LinkTo): string {
  const body = warnings.map((warning) => renderProblem('⚠️', warning, linkTo)).join('\n\n');
  return `<details><summary>${inHtml(plural(warnings.length, 'warning'))}</summary>\n\n${body}\n\n</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

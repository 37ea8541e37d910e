import { plural } from '../../../../runner/src/report/plural';
import { limited } from '../../report/limited';
import { isWaiting, renderDuration } from './headline';
import { STATE_WORDS, timeline } from './timeline';
import type { AttemptOutcome, MigrationState, Problem, RollbackOutcome, Verdict } from './verdict';

const SIGNS: Readonly<Record<MigrationState, string>> = {
  ...{ applied: '✓', 'rolled back': '✓', failed: '✗', reverted: '↩', 'not started': '–', begun: '?' },
};
/** Lines of a terminal that migrations may take. */
const MOST_ROWS = 24;

/** The verdict for a person at a terminal, or in the log of a pipeline. */
export function renderTerminal(verdict: Verdict): string {
  const { outcome, headline, rollback, problems, warnings } = verdict;
  return [
    `${outcome === 'succeeded' ? '✓' : isWaiting(verdict) ? '!' : '✗'} ${headline}`,
    ...indented([subjectOf(verdict), ...attemptLines(verdict.attempts)]),
    ...indented(timelineLines(verdict)),
    ...(rollback ? indented(rollbackLines(rollback)) : []),
    ...problems.flatMap((problem) => indented(findingLines('✗', problem))),
    ...warnings.flatMap((warning) => indented(findingLines('!', warning))),
  ].join('\n');
}

function subjectOf({ namespace, job, image, runId, milliseconds }: Verdict): string {
  const parts = [
    ...(job === undefined ? [] : [`job ${namespace === undefined ? '' : `${namespace}/`}${job}`]),
    ...(image ? [`image ${image}`] : []),
    ...(milliseconds === undefined ? [] : [renderDuration(milliseconds)]),
    ...(runId === undefined ? [] : [`run ${runId}`]),
  ];
  return parts.join(', ');
}

/** One attempt is told by what follows. */
function attemptLines(attempts: readonly AttemptOutcome[]): string[] {
  if (attempts.length < 2) return [];
  return [
    plural(attempts.length, 'attempt'),
    ...attempts.map((attempt, index) => `  ${index + 1}. ${attempt.pod}: ${describeAttempt(attempt)}`),
  ];
}

/** How an attempt ended, in one phrase. */
export function describeAttempt({ container, exitCode, reason }: AttemptOutcome): string {
  const why = reason === undefined || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`;
  if (container === undefined) return `no container ran${why}`;
  return exitCode === undefined
    ? `${container} has not ended${why}`
    : `${container} ended with exit code ${exitCode}${why}`;
}

function timelineLines({ migrations }: Verdict): string[] {
  if (migrations.length === 0) return [];
  const { rows, others } = timeline(migrations, MOST_ROWS);
  const [tag, time] = [rows.map((row) => row.tag), rows.map((row) => row.time)].map((texts) =>
    Math.max(...texts.map((text) => text.length)),
  );
  return [
    ...rows.map(({ state, bar, ...row }) =>
      [
        ...[SIGNS[state], row.tag.padEnd(tag ?? 0), row.time.padStart(time ?? 0)],
        ...(state === 'applied' || state === 'rolled back' ? [bar] : [STATE_WORDS[state]]),
      ]
        .join('  ')
        .trimEnd(),
    ),
    ...(others === undefined ? [] : [`  ${others}`]),
  ];
}

function rollbackLines(rollback: RollbackOutcome): string[] {
  const { planMessage, planDetail, lossMessage, lossDetail, kept, keepMessage, token, tokenExpires } =
    rollback;
  return [
    ...(planMessage === undefined ? [] : findingLines('·', { message: planMessage, detail: planDetail })),
    ...(lossMessage === undefined ? [] : findingLines('!', { message: lossMessage, detail: lossDetail })),
    ...kept.map(({ schema, rows }) => `✓ ${plural(rows, 'row')} kept in schema ${schema}`),
    ...(keepMessage === undefined ? [] : [`· ${keepMessage}`]),
    ...(token === undefined ? [] : [`· token of this plan, until ${tokenExpires}: ${token}`]),
  ];
}

function findingLines(sign: string, { message, detail, remedy, path, file, line }: Problem): string[] {
  return [
    `${sign} ${message.replaceAll('\n', '\n  ')}`,
    // Behind a bar no line is taken for a command, of GitHub's for example.
    ...(detail
      ? limited(detail)
          .split('\n')
          .map((text) => `  │ ${text}`.trimEnd())
      : []),
    ...(remedy ? [`  → ${remedy.replaceAll('\n', '\n    ')}`] : []),
    ...(path !== undefined && path !== file ? [`  ${path}:${line ?? 1}`] : []),
  ].flatMap((text) => text.split('\n'));
}

const indented = (lines: readonly string[]) => lines.filter((line) => line !== '').map((line) => `  ${line}`);

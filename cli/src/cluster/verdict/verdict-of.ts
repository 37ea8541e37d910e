import { ContainerName } from '../../../../core/contract';
import type { GateError } from '../../../../runner/src/errors/gate-error';
import type { JobResult } from '../follow/job-result';
import { numberIn, textIn } from './event-fields';
import { findProblems } from './find-problems';
import { findWarnings } from './find-warnings';
import { foldMigrations } from './fold-migrations';
import { headlineOf } from './headline';
import { lastRunId, listAttempts } from './list-attempts';
import { locateMigration, locatorIn, placed } from './locate';
import { readRollback } from './read-rollback';
import type { Verdict, VerdictKind } from './verdict';

export interface VerdictContext {
  /** The migrations folder of this checkout, in which notes are put. @default - there is none here */
  readonly folder?: string | undefined;
  /** @default - as the Job's containers and events tell */
  readonly kind?: VerdictKind | undefined;
}

/** What people are told of a Job that was followed: a pure reading of its result and of the files here. */
export function verdictOf(result: JobResult, { folder, kind = kindOf(result) }: VerdictContext): Verdict {
  const { outcome, exitCode, namespace, job, image, reason, events } = result;
  const isDone = outcome === 'succeeded';
  const runId = lastRunId(result);
  const locate = locatorIn(folder, kind);
  const rollback = kind === 'rollback' ? readRollback(events, isDone) : undefined;
  const facts = {
    ...{ kind, outcome, exitCode, namespace, job, image, reason },
    ...timesOf(result),
    ...(runId !== undefined && { runId }),
    attempts: listAttempts(result),
    migrations: foldMigrations(events, kind),
    problems: findProblems(result, locate),
    warnings: findWarnings(events, locate, (tag) => locateMigration(tag, folder)),
    ...(rollback && { rollback }),
  };
  return { ...facts, headline: headlineOf(facts, appliedIn(result)) };
}

/** The same where no Job could be followed, or nothing applied after it: files, cluster or API refused. */
export function verdictOfError(
  error: GateError,
  {
    folder,
    kind = 'migration',
    isGatePassed = false,
    ...subject
  }: VerdictContext &
    Pick<Verdict, 'namespace' | 'job' | 'image'> & { readonly isGatePassed?: boolean | undefined },
): Verdict {
  const { message, detail, remedy, migration, sqlstate, place, exitCode } = error;
  const facts = {
    ...({
      kind,
      outcome: isGatePassed ? 'unfinished' : 'refused',
      exitCode,
      ...subject,
      attempts: [],
      migrations: [],
      warnings: [],
    } as const),
    problems: [{ message, detail, remedy, migration, sqlstate, ...placed(place, locatorIn(folder, kind)) }],
  };
  return { ...facts, headline: headlineOf(facts) };
}

function kindOf({ attempts, events }: JobResult): VerdictKind {
  const names: string[] = [ContainerName.ROLLBACK, ContainerName.ROLLBACK_PREFLIGHT];
  const isOfRollback =
    attempts.some(({ containers }) => containers.some(({ name }) => names.includes(name))) ||
    events.some((event) => textIn(event, 'command')?.startsWith('rollback'));
  return isOfRollback ? 'rollback' : 'migration';
}

/** Migrations that the last run says it applied: a log that was cut tells of fewer. */
function appliedIn({ events }: JobResult): number {
  const end = events.findLast(({ event, command }) => event === 'run_finished' && command === 'migrate');
  return (end && numberIn(end, 'applied')) ?? 0;
}

function timesOf({ startedAt, finishedAt }: JobResult) {
  const milliseconds = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '');
  return { startedAt, finishedAt, ...(milliseconds >= 0 && { milliseconds }) };
}

import type { Comparison, Journal, Migration } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { type AllProgress, type MigrationProgress, readAllProgress } from '../database/all-progress';
import { type Progress, undoneBy } from '../database/progress';
import type { Session } from '../database/session';
import { changedStatements } from '../migrate/resume';
import { type ClassifiedStatement, readStatements } from '../sql/script-statements';

/** A script that commits more than once, has begun and has not come to its end. */
export interface StoppedMidway {
  /** What its progress is noted under: the migration's tag, or another name for the script that undoes it. */
  readonly tag: string;
  /** The migration that the script undoes; absent when it is the migration itself. */
  readonly undoes?: string;
  /** Absent when this folder has no migration of that name. */
  readonly file:
    | { readonly migration: Migration; readonly statements: readonly ClassifiedStatement[] }
    | undefined;
  readonly progress: Progress;
  /** Numbers of the statements whose work is committed. */
  readonly done: readonly number[];
  /** The statement that was begun outside a transaction and whose end nobody noted. */
  readonly begun: number | undefined;
  /** Numbers of those that are done, but in whose place the file has another statement now. */
  readonly changed: readonly number[];
  /** When something of it was noted last, in ISO 8601; absent where nobody knows. */
  readonly lastAt: string | undefined;
  /** Another session holds the migration lock: it has not stopped, as far as one can tell. */
  readonly isUnderWay: boolean;
}

export interface FoundMidway {
  /** False when this role may not see the progress, so that nothing is known. */
  readonly readable: boolean;
  /** In the journal's order, then those without a file. */
  readonly stopped: readonly StoppedMidway[];
}

/** Finds what a run began and did not finish. It changes nothing, and needs neither the table nor a privilege on it. */
export async function findStoppedMidway(
  session: Session,
  settings: MigrationSettings,
  journal: Journal,
  comparison: Comparison,
): Promise<FoundMidway> {
  const all = await readAllProgress(session, settings);
  return { readable: all.readable, stopped: await stoppedIn(all, journal, comparison, session) };
}

/** Progress of an applied migration is left over from elsewhere; nobody goes on with it. */
export async function stoppedIn(
  { byTag, locked }: AllProgress,
  { migrations }: Journal,
  { pending }: Comparison,
  { backslashes }: Pick<Session, 'backslashes'>,
): Promise<StoppedMidway[]> {
  const stopped: StoppedMidway[] = [];
  for (const migration of pending) {
    const progress = byTag.get(migration.tag);
    if (!progress) continue;
    const statements = await readStatements(migration.sql, backslashes);
    stopped.push(midway(migration.tag, progress, locked, { migration, statements }));
  }
  const known = new Set(migrations.map(({ tag }) => tag));
  for (const [tag, progress] of byTag) if (!known.has(tag)) stopped.push(midway(tag, progress, locked));
  return stopped;
}

function midway(
  tag: string,
  { statements: progress, lastAt }: MigrationProgress,
  isUnderWay: boolean,
  file?: StoppedMidway['file'],
): StoppedMidway {
  const numbers = [...progress.keys()].sort((a, b) => a - b);
  const undoes = undoneBy(tag);
  return {
    ...{ tag, file, progress, lastAt, isUnderWay },
    ...(undoes !== undefined && { undoes }),
    done: numbers.filter((number) => progress.get(number)?.state === 'done'),
    begun: numbers.find((number) => progress.get(number)?.state === 'started'),
    changed: file ? changedStatements(file.statements, progress) : [],
  };
}

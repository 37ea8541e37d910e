import { type Journal, JournalError, readJournal } from '../../../core/journal';
import { requireInputs } from '../config/require-inputs';
import { type MigrationSettings, requireConnection } from '../config/settings';
import { GateError } from '../errors/gate-error';
import type { DatabaseContext, RunContext, RunSummary } from '../run-context';
import { lookAtHistory } from '../wait/look';
import { type Requirement, requirementOf, requirementOfFiles } from '../wait/requirement';
import { waitForSchema } from '../wait/wait-for-schema';

/** Waits until the database has the migrations of this release. It only reads, and holds no connection while it waits. */
export async function waitCommand(context: RunContext): Promise<RunSummary> {
  const { requirement, ...database } = inputsOf(context);
  const { reporter, signal, settings } = context;
  return waitForSchema({
    ...{ requirement, reporter, signal, timeout: settings.wait.timeout },
    look: (limit) => lookAtHistory(database, limit),
  });
}

/** The manifest says what to wait for; without one, the folder must be there, and says it. */
function inputsOf(context: RunContext): DatabaseContext & { readonly requirement: Requirement } {
  const { settings } = context;
  const { isTold, expected, oldest, maxNewer } = settings.wait;
  if (isTold) {
    const connection = requireConnection(settings);
    if (!expected) throw new GateError('CONFIG', 'WAIT_MIGRATION is not set, but an oldest migration is');
    const requirement = requirementOf({ ...settings.wait, expected }, sameFolder(settings.migrations));
    return { ...context, connection, requirement };
  }
  const { connection, journal } = requireInputs(settings);
  const tag = typeof oldest === 'object' ? oldest.last : oldest;
  return { ...context, connection, requirement: requirementOfFiles(journal, { oldest: tag, maxNewer }) };
}

/** The image may hold other migrations, or none: it is only asked for names. */
function sameFolder({ folder, digest }: MigrationSettings): Journal | undefined {
  if (digest === undefined) return undefined;
  try {
    const journal = readJournal(folder);
    return journal.digest === digest ? journal : undefined;
  } catch (error) {
    if (error instanceof JournalError) return undefined;
    throw error;
  }
}

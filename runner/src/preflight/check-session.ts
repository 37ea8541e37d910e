import { type Comparison, compareHistory, type HistoryRow, type Journal } from '../../../core/journal';
import type { MigrationSettings, Settings } from '../config/settings';
import type { AllProgress } from '../database/all-progress';
import { readInterrupted } from '../database/progress';
import type { Session } from '../database/session';
import { readState } from '../database/state';
import { readStateFacts, type StateFacts } from '../database/state-facts';
import { together } from '../database/together';
import { GateError } from '../errors/gate-error';
import { historyProblems } from '../migrate/assert-comparison';
import { historiesElsewhere } from '../migrate/other-history';
import { planUnits } from '../migrate/plan-units';
import type { PlannedMigration, Unit } from '../migrate/unit';
import type { DatabaseContext } from '../run-context';
import { readApplicationTimes } from '../runs/application-times';
import { type StoppedMidway, stoppedIn } from '../status/stopped-midway';
import { type CheckName, type Finding, refusalsOf } from './check';
import { checkServer } from './check-server';
import { checkAppliedMigrations } from './checks/applied-migrations';
import { checkExistingObjects } from './checks/existing-objects';
import { checkExtensions } from './checks/extensions';
import { checkMigrationLock } from './checks/migration-lock';
import { checkOtherHistories } from './checks/other-histories';
import { checkPendingStatements } from './checks/pending-statements';
import { checkPooler } from './checks/pooler';
import { checkPrivileges } from './checks/privileges';
import { checkRoles } from './checks/roles';
import { checkStatusGrants } from './checks/status-grants';
import { checkStoppedMigrations } from './checks/stopped-migrations';
import { checkTrackingTable, isHistoryReadable } from './checks/tracking-table';
import type { MadeObject } from './made-names';
import { readNeededFacts } from './needed-facts';
import { findNeeds } from './needs';
import { readServerFacts, type ServerFacts } from './server-facts';

/** Asks the database in as few round trips as the questions allow; each check only judges the answers. */
export async function checkSession(
  session: Session,
  { settings, connection }: DatabaseContext,
  journal: Journal | GateError,
  report: (found: readonly Finding[]) => void,
  progress: { check: CheckName },
): Promise<void> {
  const facts = await readStateFacts(session, settings.migrations);
  const canRead = facts.isUsable && facts.tables.history?.privileges.has('SELECT') === true;
  const [server, { rows, progress: noted }] = await together([
    readServerFacts(session, settings.migrations),
    readState(session, settings.migrations, canRead ? facts : withoutHistory(facts)),
  ]);
  report(checkServer(session, connection, server));
  progress.check = 'tracking table';
  const readable = isHistoryReadable(server);
  const history = readable ? rows : undefined;
  progress.check = 'applied migrations';
  const pending =
    journal instanceof GateError || !readable
      ? undefined
      : await planPending(session, journal, history, noted, settings);
  const outside = pending?.needsProgress ?? false;
  const layout = journal instanceof GateError ? undefined : journal.layout;
  report(checkTrackingTable(settings.migrations, server, history, layout, outside));
  if (!server.history_exists && !(journal instanceof GateError)) {
    report(checkOtherHistories(await historiesElsewhere(session, settings.migrations, journal)));
  }
  if (pending) {
    report(
      pending.failure
        ? refusalsOf(pending.failure, 'applied migrations')
        : checkAppliedMigrations(
            pending.comparison,
            settings.history,
            await readApplicationTimes(session, settings.migrations, pending.comparison),
          ),
    );
    report(checkStoppedMigrations(pending.stopped, pending.comparison.pending.length > 0));
    report(checkPooler(session, pending.units));
    progress.check = 'pending statements';
    report(await checkPendingStatements(session, pending.units));
    progress.check = 'privileges';
    report(await checkNeeds(session, settings.migrations, server, pending.units, history));
  }
  progress.check = 'status grants';
  const files = journal instanceof GateError ? undefined : journal;
  report(await checkStatusGrants(session, settings, files, history));
  report(checkMigrationLock(server));
}

/** What may not be read is left out: asked for, it would fail instead of being told. */
function withoutHistory({ tables, ...facts }: StateFacts): StateFacts {
  const { history: _, ...others } = tables;
  return { ...facts, tables: others };
}

interface Pending {
  readonly comparison: Comparison;
  /** Empty when history or files forbid to go on. */
  readonly units: readonly Unit[];
  readonly stopped: readonly StoppedMidway[];
  /** Whether what is pending can't be run without the table of the progress. */
  readonly needsProgress: boolean;
  readonly failure?: unknown;
}

async function planPending(
  session: Session,
  journal: Journal,
  history: readonly HistoryRow[] | undefined,
  progress: AllProgress,
  { history: rules, transactionMode }: Settings,
): Promise<Pending> {
  const comparison = compareHistory(journal.migrations, history ?? []);
  const stopped = await stoppedIn(progress, journal, comparison, session);
  const nothing = { comparison, stopped, units: [], needsProgress: false };
  if (historyProblems(comparison, rules).length > 0) return nothing;
  try {
    const interrupted = new Set(stopped.map(({ tag }) => tag));
    const units = await planUnits(comparison.pending, transactionMode, interrupted, session);
    const needsProgress = units.some(({ mode }) => mode !== 'transactional');
    return { comparison, stopped, units, needsProgress };
  } catch (failure) {
    return { ...nothing, failure };
  }
}

async function checkNeeds(
  session: Session,
  settings: MigrationSettings,
  server: ServerFacts,
  units: readonly Unit[],
  history: readonly HistoryRow[] | undefined,
): Promise<Finding[]> {
  const planned = units.flatMap(({ migrations }) => migrations);
  const needs = await findNeeds(
    planned.map(({ migration: { file, sql }, statements }) => ({ file, sql, statements })),
  );
  const facts = await readNeededFacts(session, needs);
  if (!facts) return [];
  const existing = needs.made.filter((_, index) => facts.existing.includes(index));
  return [
    ...checkExistingObjects(
      existing.length > 0 ? await notHalfApplied(session, settings, server, planned, existing) : [],
      (history ?? []).length === 0,
    ),
    ...checkPrivileges(server, needs, facts),
    ...checkExtensions(server, needs, facts),
    ...checkRoles(needs, facts),
  ];
}

/** A migration that stopped midway finds what it has made itself. */
async function notHalfApplied(
  session: Session,
  settings: MigrationSettings,
  server: ServerFacts,
  planned: readonly PlannedMigration[],
  existing: readonly MadeObject[],
): Promise<readonly MadeObject[]> {
  if (!server.progress_exists) return existing;
  // Without the progress nobody knows.
  if (!server.schema_usable || server.progress_missing.includes('SELECT')) return [];
  const tags = (await readInterrupted(session, settings)) ?? new Set();
  const files = planned.flatMap(({ migration: { tag, file } }) => (tags.has(tag) ? [file] : []));
  return existing.filter(({ file }) => !files.includes(file));
}

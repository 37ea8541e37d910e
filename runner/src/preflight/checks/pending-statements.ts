import type { Session } from '../../database/session';
import { resumeRisks } from '../../migrate/resume-risks';
import type { PlannedMigration, Unit } from '../../migrate/unit';
import { plural } from '../../report/plural';
import { blocksWrites } from '../../sql/effects/lock-mode';
import { positionOf } from '../../sql/position';
import { type Finding, warn } from '../check';
import { analysePending, type PendingStatement } from '../pending/analyse-pending';
import { type BlockingSession, findBlockingSessions, type Patience } from '../pending/blocking-sessions';
import { lines, listed } from '../pending/bounded';
import { checkPendingSyntax } from './pending-syntax';

const CHECK = 'pending statements';
/** Findings of one sort that are shown; a release train may have hundreds of migrations. */
const SHOWN = 10;

/**
 * Says what is about to happen to what is there: what is lost, which tables are closed to others and for whom the
 * migration will wait. Of that it only warns, because only a person knows whether that is meant; what the server can't
 * read is refused.
 */
export async function checkPendingStatements(
  session: Session,
  units: readonly Unit[],
  patience?: Patience,
): Promise<Finding[]> {
  if (units.length === 0) return [];
  const pending = await analysePending(session, units);
  const tags = units.flatMap(({ migrations }) => migrations.map(({ migration }) => migration.tag));
  const byTag = groupBy(pending, ({ tag }) => tag);
  const byUnit = groupBy(pending, ({ unit }) => unit);
  const ofTag = (tag: string) => byTag.get(tag) ?? [];
  const unread = pending.flatMap((statement) => statement.unread ?? []);
  return [
    ...(await checkPendingSyntax(session, unread)),
    ...bounded(units.flatMap(howItRuns), 'migrations that are not one transaction'),
    ...bounded(
      tags.flatMap((tag) => destruction(tag, ofTag(tag))),
      'migrations that destroy something',
    ),
    ...bounded(
      tags.flatMap((tag) => strongLocks(tag, ofTag(tag))),
      'migrations with strong locks',
    ),
    ...bounded(
      units.flatMap((unit, index) => keptLock(unit, byUnit.get(index) ?? [])),
      'units that keep a strong lock through data changes',
    ),
    ...bounded((await findBlockingSessions(session, pending, patience)).map(blocker), 'open transactions'),
  ];
}

function groupBy<T, K>(list: readonly T[], keyOf: (each: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const each of list) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each);
    else groups.set(keyOf(each), [each]);
  }
  return groups;
}

function bounded(findings: readonly Finding[], sort: string): Finding[] {
  const more = findings.length - SHOWN;
  return more > 0 ? [...findings.slice(0, SHOWN), warn(CHECK, `and ${more} more ${sort}`)] : [...findings];
}

/** What is not all or nothing must be known before it runs. */
function howItRuns({ mode, migrations }: Unit): Finding[] {
  if (mode === 'transactional') return migrations.flatMap(forcedTransaction);
  return migrations.map((planned) => {
    const { migration, statements } = planned;
    const lineOf = (start: number) => positionOf(migration.sql, start).line;
    const where = (kind: string) => {
      const found = statements.find((statement) => statement.kind.kind === kind);
      const what = found && 'what' in found.kind ? found.kind.what : undefined;
      return found ? ` (${what} in line ${lineOf(found.start)})` : '';
    };
    const message =
      mode === 'own-transaction'
        ? `${migration.tag} begins and commits transactions by itself${where('transaction-control')}; what it committed stays when it fails later`
        : `${migration.tag} runs outside a transaction${where('non-transactional')}, statement by statement; after a failure the next run goes on there`;
    const risks = resumeRisks(planned).map(
      ({ what, consequence, statement }) => `line ${lineOf(statement.start)}: ${what} ${consequence}`,
    );
    return {
      ...warn(CHECK, message),
      ...(risks.length > 0 && { detail: `not safe to resume after a kill:\n${lines(risks)}` }),
    };
  });
}

/** What the file itself forbids: only a person knows which of the two was meant. */
function forcedTransaction({ migration, statements, directive }: PlannedMigration): Finding[] {
  const alone = statements.find(({ kind }) => kind.kind === 'non-transactional');
  if (directive !== 'transaction' || alone?.kind.kind !== 'non-transactional') return [];
  const { line } = positionOf(migration.sql, alone.start);
  return [
    warn(
      CHECK,
      `${migration.tag} asks for a transaction, in which PostgreSQL refuses ${alone.kind.what} in line ${line}`,
      'take the line "-- drizzle-gate: transaction" out of the file',
    ),
  ];
}

function destruction(tag: string, statements: readonly PendingStatement[]): Finding[] {
  const lost = statements.flatMap(({ destroys, line }) => destroys.map((what) => ({ what, line })));
  if (lost.length === 0) return [];
  return [
    {
      ...warn(
        CHECK,
        `${tag} destroys ${listed(lost.map(({ what }) => what))}`,
        'be sure that no running release needs it, and have a backup',
      ),
      detail: lines(lost.map(({ what, line }) => `line ${line()}: ${what}`)),
    },
  ];
}

function strongLocks(tag: string, statements: readonly PendingStatement[]): Finding[] {
  const strong = statements.flatMap(({ locks, rewrites, line }) =>
    locks
      .filter(({ mode }) => blocksWrites(mode))
      .map((lock) => ({ ...lock, line, rewrite: rewrites.some(({ oid }) => oid === lock.relation.oid) })),
  );
  if (strong.length === 0) return [];
  const closed = strong
    .filter(({ mode }) => mode === 'ACCESS EXCLUSIVE')
    .map(({ relation }) => relation.name);
  const readable = strong.map(({ relation }) => relation.name).filter((name) => !closed.includes(name));
  const parts = [
    ...(closed.length > 0 ? [`reads and writes of ${listed(closed)}`] : []),
    ...(readable.length > 0 ? [`writes to ${listed(readable)}`] : []),
  ];
  const detail = strong.map(({ relation, mode, line, rewrite }) => {
    const rows = relation.rows === undefined ? '' : `, about ${plural(Math.round(relation.rows), 'row')}`;
    return `line ${line()}: ${mode} on ${relation.name}${rows}${rewrite ? ', every row is written anew' : ''}`;
  });
  return [
    { ...warn(CHECK, `${tag} blocks ${parts.join(', and ')} until its unit commits`), detail: lines(detail) },
  ];
}

/** A lock is kept until the end of its transaction, also through what comes after it. */
function keptLock({ mode }: Unit, statements: readonly PendingStatement[]): Finding[] {
  if (mode !== 'transactional') return [];
  const taken = statements.findIndex(({ locks }) => locks.some(({ mode }) => blocksWrites(mode)));
  const first = statements[taken];
  const change = statements.slice(taken + 1).find(({ changesData }) => changesData === 'many');
  const lock = first?.locks.find(({ mode }) => blocksWrites(mode));
  if (!first || !lock || !change) return [];
  const apart = 'set TRANSACTION_MODE=each, so that every migration commits alone';
  return [
    warn(
      CHECK,
      `${lock.mode} on ${lock.relation.name} (${first.tag}, line ${first.line()}) is kept while ${change.tag}, line ${change.line()}, changes data`,
      first.tag === change.tag ? `move the data change into a migration of its own, and ${apart}` : apart,
    ),
  ];
}

function blocker({ pid, description, waiting }: BlockingSession): Finding {
  if (!waiting) {
    return warn(
      CHECK,
      `${description} is old; concurrent index builds wait for its end`,
      'find out why it is still open',
    );
  }
  const { tag, mode, on, held } = waiting;
  return warn(
    CHECK,
    `${description} holds ${held} on ${on}, for which ${tag} needs ${mode}`,
    pid === undefined
      ? 'commit or roll it back'
      : `end it first, if need be with select pg_terminate_backend(${pid})`,
  );
}

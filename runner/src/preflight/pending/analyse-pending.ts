import type { Session } from '../../database/session';
import type { PlannedMigration, Unit } from '../../migrate/unit';
import { beginningOfListed } from '../../sql/effects/bulk-data';
import type { LockMode } from '../../sql/effects/lock-mode';
import type { QualifiedName } from '../../sql/node-values';
import { parseStatement } from '../../sql/parse';
import { lineCounter } from '../../sql/position';
import type { ClassifiedStatement } from '../../sql/script-statements';
import { type Destroyed, type StatementEffects, statementEffects } from '../../sql/statement-effects';
import { askedFor, findThere, isMovedTo, type Move, moveOf } from './find-there';
import { asRelation, Names } from './names';
import { type Relation, resolveRelations, type Wanted } from './resolve-relations';
import { TablesThere } from './tables-there';

/** A lock that a pending statement will take on a relation that is there and that others may use. */
export interface ExpectedLock {
  readonly relation: Relation;
  readonly mode: LockMode;
}

/** A statement that our parser was given and could not read. */
export interface UnreadStatement {
  readonly planned: PlannedMigration;
  readonly statement: ClassifiedStatement;
}

/** What a pending statement will do to what is there already. */
export interface PendingStatement {
  readonly unit: number;
  readonly tag: string;
  /** Its line in its file; counted only when asked for, because files can be large. */
  readonly line: () => number;
  readonly locks: readonly ExpectedLock[];
  readonly destroys: readonly string[];
  readonly rewrites: readonly Relation[];
  readonly changesData: StatementEffects['changesData'];
  readonly unread: UnreadStatement | undefined;
}

/** Characters; what is longer counts as many rows. */
const FEW_ROWS = 10_000;

/** ALTER … RENAME TO and SET SCHEMA. */
const MOVES = /^alter\s+(?:type|domain|schema)\b/i;

interface Read {
  readonly unit: number;
  readonly tag: string;
  readonly line: () => number;
  readonly effects: StatementEffects;
  readonly move: Move | undefined;
  readonly unread: UnreadStatement | undefined;
}

/**
 * Looks at every pending statement, and at the catalog: what an earlier one of them makes is not "there", because
 * nobody uses it yet.
 */
export async function analysePending(session: Session, units: readonly Unit[]): Promise<PendingStatement[]> {
  const read = await readEffects(units);
  const wanted = read.flatMap(({ effects }): Wanted[] => [
    ...effects.locks,
    ...[
      ...effects.rewrites,
      ...[...effects.destroys, ...effects.tableChanges].flatMap(({ relation }) => relation ?? []),
    ].map(asRelation),
  ]);
  const resolve = await resolveRelations(session, wanted);
  const others = await OtherObjects.read(session, read);
  const tables = await readTables(session, read, resolve);
  const names = new Names(resolve);
  return read.map(({ effects, move, ...place }) => {
    const find = (sought: Wanted) => names.find(sought);
    const locks = effects.locks.flatMap((lock): ExpectedLock[] => {
      const relation = find(lock);
      return relation ? [{ relation, mode: lock.mode }] : [];
    });
    const changes = followChanges(effects, tables, (relation) => find(asRelation(relation)));
    const isLost = ({ what, relation, columns, retyped, after }: Destroyed) => {
      changes.followUntil(after);
      if (relation === undefined) return others.lose(what);
      const found = find(asRelation(relation));
      if (!found) return false;
      if (retyped) return tables.loses(found.oid, retyped);
      return columns === undefined || tables.hasAny(found.oid, columns);
    };
    const destroys = effects.destroys.flatMap((destroyed) => (isLost(destroyed) ? [destroyed.what] : []));
    changes.followUntil(effects.tableChanges.length);
    if (move) others.move(move);
    names.follow(effects);
    tables.create(effects.createsTypes);
    return {
      ...place,
      locks: withClosed(locks, changes.closed),
      destroys,
      rewrites: [
        ...effects.rewrites.flatMap((relation) => find(asRelation(relation)) ?? []),
        ...changes.rewritten,
      ],
      changesData: effects.changesData,
    };
  });
}

async function readTables(
  session: Session,
  read: readonly Read[],
  resolve: (wanted: Wanted) => Relation | undefined,
): Promise<TablesThere> {
  const changes = read.flatMap(({ effects }) => effects.tableChanges);
  const named = read.flatMap(({ effects }) =>
    [
      ...[...effects.tableChanges, ...effects.destroys.filter(({ columns }) => columns)].map(
        ({ relation }) => relation,
      ),
      ...effects.renames.map(({ from }) => from),
    ].flatMap((relation) => (relation && resolve(asRelation(relation))) ?? []),
  );
  return TablesThere.read(session, [...new Set(named.map(({ oid }) => oid))], changes);
}

/** Follows the table changes of one statement as far as they are asked for, and gathers what they lead to. */
function followChanges(
  { tableChanges }: StatementEffects,
  tables: TablesThere,
  find: (relation: QualifiedName) => Relation | undefined,
) {
  const closed: Relation[] = [];
  const rewritten: Relation[] = [];
  let followed = 0;
  const followUntil = (end: number) => {
    for (const change of tableChanges.slice(followed, end)) {
      const table = find(change.relation);
      if (!table) continue;
      const consequence = tables.apply(table.oid, change);
      closed.push(...consequence.closes);
      if (consequence.rewrites) rewritten.push(table);
    }
    followed = Math.max(followed, end);
  };
  return { closed, rewritten, followUntil };
}

function withClosed(locks: readonly ExpectedLock[], closed: readonly Relation[]): ExpectedLock[] {
  const byTable = new Map(locks.map((lock) => [lock.relation.oid, lock]));
  for (const relation of closed) byTable.set(relation.oid, { relation, mode: 'ACCESS EXCLUSIVE' });
  return closed.length > 0 ? [...byTable.values()] : [...locks];
}

/** What the database has beside relations, while the pending statements are followed. */
class OtherObjects {
  private readonly moved: Move[] = [];

  private constructor(private readonly there: Set<string>) {}

  static async read(session: Session, read: readonly Read[]): Promise<OtherObjects> {
    const destroyed = read.flatMap(({ effects }) =>
      effects.destroys.flatMap(({ what }) => askedFor(what) ?? []),
    );
    const moved = destroyed.length > 0 ? read.flatMap(({ move }) => move?.from ?? []) : [];
    return new OtherObjects(await findThere(session, [...new Set([...destroyed, ...moved])]));
  }

  /** Whether it was there before: what bears its name afterwards is the migrations' own. */
  lose(what: string): boolean {
    const text = askedFor(what);
    if (text === undefined || this.there.delete(text)) return true;
    const at = this.moved.findIndex((move) => isMovedTo(text, move));
    return at >= 0 && this.moved.splice(at, 1).length > 0;
  }

  move(move: Move): void {
    if (this.there.delete(move.from)) this.moved.push(move);
  }
}

async function readEffects(units: readonly Unit[]): Promise<Read[]> {
  const read: Read[] = [];
  // A file can have tens of thousands of rows, each a statement of its own.
  const listed = new Map<string, StatementEffects>();
  const effectsOf = async (text: string) => {
    const beginning = text.length < FEW_ROWS ? beginningOfListed(text) : undefined;
    if (beginning === undefined) return statementEffects(text);
    const effects = listed.get(beginning) ?? (await statementEffects(text));
    listed.set(beginning, effects);
    return effects;
  };
  for (const [unit, { migrations }] of units.entries()) {
    for (const planned of migrations) {
      const { migration } = planned;
      const lineOf = lineCounter(migration.sql);
      for (const statement of planned.statements) {
        const { text, start } = statement;
        const line = () => lineOf(start);
        const move = MOVES.test(text) ? moveOf(await parseStatement(text)) : undefined;
        const effects = await effectsOf(text);
        const unread = effects.isUnread ? { planned, statement } : undefined;
        read.push({ unit, tag: migration.tag, line, effects, move, unread });
      }
    }
  }
  return read;
}

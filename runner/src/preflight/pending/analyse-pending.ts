import type { Session } from '../../database/session';
import type { PlannedMigration, Unit } from '../../migrate/unit';
import { isSame } from '../../sql/effects/effects';
import type { LockMode } from '../../sql/effects/lock-mode';
import type { QualifiedName } from '../../sql/node-values';
import { parseStatement } from '../../sql/parse';
import { positionOf } from '../../sql/position';
import type { ClassifiedStatement } from '../../sql/script-statements';
import { type StatementEffects, statementEffects } from '../../sql/statement-effects';
import { askedFor, findThere, isMovedTo, type Move, moveOf } from './find-there';
import { type Relation, resolveRelations, type Wanted } from './resolve-relations';

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
    ...[...effects.rewrites, ...effects.destroys.flatMap(({ relation }) => relation ?? [])].map(asRelation),
  ]);
  const resolve = await resolveRelations(session, wanted);
  const others = await OtherObjects.read(session, read);
  const made: QualifiedName[] = [];
  return read.map(({ effects, move, ...place }) => {
    const find = (sought: Wanted) =>
      made.some((name) => isAlike(name, sought.relation)) ? undefined : resolve(sought);
    const statement: PendingStatement = {
      ...place,
      locks: effects.locks.flatMap((lock) => {
        const relation = find(lock);
        return relation ? [{ relation, mode: lock.mode }] : [];
      }),
      destroys: effects.destroys.flatMap(({ what, relation }) =>
        (relation === undefined ? others.lose(what) : find(asRelation(relation))) ? [what] : [],
      ),
      rewrites: effects.rewrites.flatMap((relation) => find(asRelation(relation)) ?? []),
      changesData: effects.changesData,
    };
    if (move) others.move(move);
    made.push(...effects.creates);
    return statement;
  });
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
  for (const [unit, { migrations }] of units.entries()) {
    for (const planned of migrations) {
      const { migration } = planned;
      for (const statement of planned.statements) {
        const { text, start } = statement;
        const line = () => positionOf(migration.sql, start).line;
        const move = MOVES.test(text) ? moveOf(await parseStatement(text)) : undefined;
        const effects = await statementEffects(text);
        const unread = effects.isUnread ? { planned, statement } : undefined;
        read.push({ unit, tag: migration.tag, line, effects, move, unread });
      }
    }
  }
  return read;
}

function asRelation(relation: QualifiedName): Wanted {
  return { relation, of: 'relation' };
}

/** One of them may be written without its schema. */
function isAlike(a: QualifiedName, b: QualifiedName): boolean {
  return isSame(a, b) || (a.name === b.name && (a.schema === undefined || b.schema === undefined));
}

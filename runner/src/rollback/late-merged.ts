import { EMPTY_TARGET } from '../../../core/contract';
import type { Layout } from '../../../core/journal';
import { BY_VARIABLES, type Caller } from './caller';
import { isAfter, type RollbackMember } from './member';

/**
 * A migration that was merged late: it was applied after migrations that come after it in the journal. The range goes by
 * the journal's order, so these are undone, whether it goes with them or stays.
 */
export interface LateMerged {
  readonly member: RollbackMember;
  /** Undone, though they were applied before it; in the order of undoing. */
  readonly undoneBefore: readonly RollbackMember[];
  /** Where it stays: how it would be undone too, as it must be if it builds on what goes. Absent where it is undone. */
  readonly instead?: {
    /** The target that undoes it. */
    readonly target: string;
    /** What that would undo besides: itself, and what comes after it in the journal; in the order of undoing. */
    readonly undoes: readonly RollbackMember[];
  };
}

/** Finds them among what is undone and what stays, in the order of their application. */
export function findLateMerged(
  layout: Layout,
  known: readonly RollbackMember[],
  members: readonly RollbackMember[],
): LateMerged[] {
  const undone = new Set(members);
  const staying = known.filter((each) => !undone.has(each));
  const late = outOfOrder(layout, known, undone);
  return known.flatMap((member): LateMerged[] => {
    if (!late.has(member)) return [];
    const undoneBefore = members.filter(
      (other) => other.row.id < member.row.id && isAfter(layout, other, member),
    );
    if (undone.has(member)) return [{ member, undoneBefore }];
    const before = staying.filter((other) => isAfter(layout, member, other));
    const last = before.reduce<RollbackMember | undefined>(
      (latest, other) => (latest && isAfter(layout, latest, other) ? latest : other),
      undefined,
    );
    const undoes = staying.filter((other) => !before.includes(other)).sort((a, b) => b.row.id - a.row.id);
    return [{ member, undoneBefore, instead: { target: last?.tag ?? EMPTY_TARGET, undoes } }];
  });
}

/** What comes in the journal before something that is undone and was applied earlier: hardly ever is there any. */
function outOfOrder(
  layout: Layout,
  known: readonly RollbackMember[],
  undone: ReadonlySet<RollbackMember>,
): Set<RollbackMember> {
  const found = new Set<RollbackMember>();
  // Of those before, whatever is after a member by position or by time, one of these is.
  const latest: { filed?: RollbackMember; filedByTime?: RollbackMember; unfiled?: RollbackMember } = {};
  const byTime = ({ when, row }: RollbackMember) => ({ when, row, migration: undefined });
  for (const member of [...known].sort((a, b) => a.row.id - b.row.id)) {
    if (Object.values(latest).some((other) => isAfter(layout, other, member))) found.add(member);
    if (!undone.has(member)) continue;
    const { filed, filedByTime, unfiled } = latest;
    if (!member.migration) {
      if (!unfiled || isAfter(layout, member, unfiled)) latest.unfiled = member;
      continue;
    }
    if (!filed || isAfter(layout, member, filed)) latest.filed = member;
    if (!filedByTime || isAfter(layout, byTime(member), byTime(filedByTime))) latest.filedByTime = member;
  }
  return found;
}

export function describeLateMerged(
  { member, undoneBefore, instead }: LateMerged,
  caller: Pick<Caller, 'withTarget'> = BY_VARIABLES,
): string {
  const others = listed(undoneBefore);
  if (!instead) {
    return `${member.tag} was merged late: ${others}, applied before it, ${undoneBefore.length === 1 ? 'comes' : 'come'} after it in the journal, so undoing it undoes ${undoneBefore.length === 1 ? 'that' : 'those'} too`;
  }
  const also = instead.undoes.filter((other) => other !== member);
  return `${member.tag} was merged late and stays applied, but it was applied after ${others}, which this undoes; if it builds on that, ${caller.withTarget(instead.target)}, which undoes ${also.length === 0 ? 'it too' : `it and ${listed(also)} too`}`;
}

const SHOWN = 5;

function listed(members: readonly RollbackMember[]): string {
  const tags = members.map(({ tag }) => tag);
  const more = tags.length - SHOWN;
  return more > 1 ? `${tags.slice(0, SHOWN).join(', ')} and ${more} more` : tags.join(', ');
}

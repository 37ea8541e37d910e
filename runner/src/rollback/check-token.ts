import { plural } from '../report/plural';
import { BY_VARIABLES, type Caller } from './caller';
import { type Loss, renderCount } from './losses/loss';
import { grewBeyond } from './losses/unplanned-losses';
import {
  type Confirmable,
  confirmed,
  marked,
  markOf,
  partDigests,
  readToken,
  sumOf,
  type TokenLoss,
  type TokenParts,
  wholeDigest,
} from './token';

/** The plan as it is now, and when that is by the database's clock. */
export interface TokenCheck extends Confirmable {
  /** Seconds since 1970. */
  readonly now: number;
  /** Milliseconds for which a token holds. */
  readonly lifetime: number;
}

/** Clocks of a primary and of the replica that follows it may differ by so much, in seconds. */
const SKEW = 60;
/** Characters of what somebody gave that are repeated to them. */
const SHOWN = 60;

/** Why a token does not confirm the plan as it is now; nothing when it does. */
export function tokenProblems(text: string, check: TokenCheck, caller: Caller = BY_VARIABLES): string[] {
  const shown = `${caller.token} is ${JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)}`;
  const token = readToken(text);
  if (!token) return [`${shown}, which is not a token that a plan printed`];
  const [database, range, scripts] = partDigests(check);
  const { identity } = check;
  if (token.database !== database) {
    return [
      `${shown}, which confirms a plan for another database than ${identity.database} on ${identity.host}:${identity.port} (the same under another host name or port is another)`,
    ];
  }
  const expiry = expiryProblems(token, check, caller);
  if (token.range !== range) {
    const [first] = check.range;
    const last = check.range.at(-1);
    const now =
      first && last && first !== last
        ? `${plural(check.range.length, 'migration')}, ${first.tag} to ${last.tag}`
        : first?.tag;
    return [
      ...expiry,
      `${shown}, which confirms another range of migrations: now it is ${now ?? 'none'}; another migration was applied or undone since, or ${caller.target} is another`,
    ];
  }
  if (token.scripts !== scripts) {
    return [
      ...expiry,
      `${shown}, which confirms other rollback scripts: one was changed since, or is found elsewhere`,
    ];
  }
  const losses = lossProblems(token, check.losses);
  const time = text.split('-')[0] ?? '';
  const isWhole = token.whole === wholeDigest(check, time, token.counts);
  const more =
    isWhole || losses.length > 0
      ? []
      : [
          `${shown}, which was not copied as it was printed, or what would be lost is not what its plan listed`,
        ];
  return [...expiry, ...losses, ...more];
}

function expiryProblems({ issuedAt }: TokenParts, { now, lifetime }: TokenCheck, caller: Caller): string[] {
  const at = new Date(issuedAt * 1000).toISOString().replace('.000Z', 'Z');
  if (issuedAt > now + SKEW) {
    return [`${caller.token} was issued at ${at}, which lies ahead of the database's clock`];
  }
  if (now - issuedAt <= lifetime / 1000) return [];
  return [
    `${caller.token} has expired: its plan was made at ${at} and holds for ${duration(lifetime)} (ROLLBACK_TOKEN_SECONDS)`,
  ];
}

function duration(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return Number.isInteger(minutes) ? plural(minutes, 'minute') : plural(milliseconds / 1000, 'second');
}

function lossProblems({ losses: planned }: TokenParts, losses: readonly Loss[]): string[] {
  const { each, rest } = marked(losses);
  const left = [...planned];
  const take = (mark: string): TokenLoss | undefined => {
    const index = left.findIndex((entry) => entry.mark === mark);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const problems = each.flatMap((loss): string[] => {
    const before = take(markOf(loss));
    if (!before)
      return [
        `${loss.what} would be lost now (${countOf(loss)}), and was not in the plan that was confirmed`,
      ];
    return growth(loss.what, before.rows, loss.rows, countOf(loss));
  });
  if (rest.length === 0) return problems;
  const then = left.at(-1)?.rows ?? 0;
  return [
    ...problems,
    ...growth(`the other ${confirmed(rest).length} objects`, then, sumOf(rest), plural(sumOf(rest), 'row')),
  ];
}

function growth(what: string, then: number | undefined, now: number | undefined, count: string): string[] {
  if (!grewBeyond(then, now)) return [];
  if (then === 0) return [`${what} was empty when the plan was made, and has ${count} now`];
  return [
    `${what} had ${then} when the plan was made, and has ${count} now, which is more than twice as much`,
  ];
}

function countOf(loss: Loss): string {
  return renderCount(loss) || 'it holds no data of its own';
}

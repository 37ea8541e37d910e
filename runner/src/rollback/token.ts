import { sha256 } from '../../../core/journal';
import type { Connection } from '../config/connection';
import type { Session } from '../database/session';
import { isCounted, keyOfLoss, type Loss } from './losses/loss';

export interface DatabaseIdentity {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Of the cluster, unique since initdb; null where the role may not read it. */
  readonly systemIdentifier: string | null;
}

export async function readIdentity(session: Session, connection: Connection): Promise<DatabaseIdentity> {
  const { host, port, database } = connection;
  return { host, port, database, systemIdentifier: await readSystemIdentifier(session) };
}

async function readSystemIdentifier(session: Session): Promise<string | null> {
  // Some providers revoke it; the token then rests on host, port and name. Asked for first, because a refusal
  // would abort the open transaction.
  const [may] = await session.query<{ execute: boolean }>(
    "select has_function_privilege('pg_control_system()', 'execute') as execute",
  );
  if (!may?.execute) return null;
  const [row] = await session.query<{ id: string }>(
    'select system_identifier::text as id from pg_control_system()',
  );
  return row?.id ?? null;
}

/** Seconds since 1970 by the clock of the database, which is the same for whoever plans and whoever runs. */
export async function readClock(session: Session): Promise<number> {
  const [row] = await session.query<{ seconds: number }>(
    'select floor(extract(epoch from clock_timestamp()))::float8 as seconds',
  );
  return row?.seconds ?? 0;
}

/** What a token confirms: this database, range and scripts, and what they destroy. */
export interface Confirmable {
  readonly identity: DatabaseIdentity;
  readonly range: readonly { readonly tag: string; readonly hash: string; readonly historyId: number }[];
  readonly scriptHashes: readonly string[];
  readonly losses: readonly Loss[];
}

/** A token taken apart. */
export interface TokenParts {
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly database: string;
  readonly range: string;
  readonly scripts: string;
  /** Over everything, the token's own time and counts included. */
  readonly whole: string;
  readonly losses: readonly TokenLoss[];
  /** The text of the losses. */
  readonly counts: string;
}

export interface TokenLoss {
  /** Two characters by which an object is known again, nearly always. */
  readonly mark: string;
  /** Absent where nothing was counted. */
  readonly rows: number | undefined;
}

/** With more objects than this a token would no longer be handy; the rest of them count together. */
const MOST_MARKED = 100;
const TOKEN =
  /^([0-9a-z]{6,8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})-(0|[0-9a-z]{2,14}(?:\.[0-9a-z]{2,14})*)$/;

/**
 * The token of exactly one plan: when it was made, for which database, range and scripts, and how much each object loses.
 * It has no character that a shell would read, and is taken apart again by {@link readToken}.
 */
export function makeToken(plan: Confirmable, issuedAt: number): string {
  const time = issuedAt.toString(36);
  const counts = countsOf(plan.losses);
  const parts = partDigests(plan);
  return [time, ...parts, wholeDigest(plan, time, counts), counts].join('-');
}

/** Undefined for what never was a token. */
export function readToken(text: string): TokenParts | undefined {
  const [, time = '', database = '', range = '', scripts = '', whole = '', counts = ''] =
    TOKEN.exec(text) ?? [];
  if (time === '') return undefined;
  const losses = counts === '0' ? [] : counts.split('.').map(readEntry);
  return { issuedAt: Number.parseInt(time, 36), database, range, scripts, whole, losses, counts };
}

/** Database, range and scripts, each in short: they only tell what of a plan is another one. */
export function partDigests({ identity, range, scriptHashes }: Confirmable): [string, string, string] {
  const [database, members, scripts] = [identity, range, scriptHashes].map((part) => digest(part, 4));
  return [database ?? '', members ?? '', scripts ?? ''];
}

/** What the token must have in its middle if it is of this plan, whatever the counts are now. */
export function wholeDigest(plan: Confirmable, time: string, counts: string): string {
  const { identity, range, scriptHashes, losses } = plan;
  const rest = marked(losses).rest.map((loss) => (loss.rows === 0 ? 'empty' : ''));
  return digest([identity, range, scriptHashes, confirmed(losses).map(keyOfLoss), rest, time, counts], 12);
}

/** The losses that a token counts, in the token's own order. */
export function confirmed(losses: readonly Loss[]): Loss[] {
  const key = (loss: Loss) => keyOfLoss(loss);
  return losses
    .filter(isCounted)
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : (a.rows ?? 0) - (b.rows ?? 0)));
}

/** Those that have an entry of their own, and those that share the last one. */
export function marked(losses: readonly Loss[]): { each: readonly Loss[]; rest: readonly Loss[] } {
  const all = confirmed(losses);
  return { each: all.slice(0, MOST_MARKED), rest: all.slice(MOST_MARKED) };
}

export function markOf(loss: Loss): string {
  return Number(BigInt(`0x${sha256(keyOfLoss(loss)).slice(0, 12)}`) % 1296n)
    .toString(36)
    .padStart(2, '0');
}

export function sumOf(losses: readonly Loss[]): number {
  return losses.reduce((sum, { rows = 0 }) => sum + rows, 0);
}

function countsOf(losses: readonly Loss[]): string {
  const { each, rest } = marked(losses);
  const entries = each.map(
    (loss) => `${markOf(loss)}${loss.rows === undefined ? '' : loss.rows.toString(36)}`,
  );
  if (rest.length > 0) entries.push(`zz${sumOf(rest).toString(36)}`);
  return entries.join('.') || '0';
}

function readEntry(entry: string): TokenLoss {
  const count = entry.slice(2);
  return { mark: entry.slice(0, 2), rows: count === '' ? undefined : Number.parseInt(count, 36) };
}

function digest(value: unknown, length: number): string {
  return sha256(JSON.stringify(value)).slice(0, length);
}

import type postgres from 'postgres';
import { isServerError } from '../../../runner/src/errors/server-error';
import { quoteIdentifier } from '../../../runner/src/sql/quote';
import { isShared, type Leftover, type ScratchRun } from './scratch-run';

/** Roles belong to the whole server: what migrations do to them outlives every database of the run. */
export interface ServerRoles {
  /** Those that the server had before. */
  readonly before: ReadonlySet<string>;
  /** Whether this run has made the role: it came since, the SQL of the run makes roles and names it, and no other run is at work. */
  isOwn(role: string): Promise<boolean>;
  /**
   * Drops the roles that this run has made. It never fails.
   *
   * @returns what a person must know: which roles stay, or are gone.
   */
  cleanUp(): Promise<string[]>;
}

export interface RolesOptions {
  readonly admin: postgres.Sql;
  readonly run: ScratchRun;
  /** The SQL that runs: the setup, and the migrations. */
  readonly sources: readonly string[];
}

/** Others make and drop roles on the same server meanwhile; only what SQL of this kind can have done is told as its doing. */
const MAKES_ROLES = /\bcreate\s+(?:role|user|group)\b/i;
const DROPS_ROLES = /\bdrop\s+(?:role|user|group)\b/i;

/** Notes which roles the server has, once those are dropped that killed runs have left. */
export async function watchRoles(
  options: RolesOptions,
  leftovers: readonly Leftover[],
): Promise<ServerRoles> {
  const { admin, run, sources } = options;
  await dropLeft(options, leftovers);
  const before = await rolesOf(admin);
  const makesRoles = sources.some((sql) => MAKES_ROLES.test(sql));
  const dropsRoles = sources.some((sql) => DROPS_ROLES.test(sql));
  const isOwn = async (role: string) =>
    makesRoles && !before.has(role) && isNamedIn(sources, role) && !(await isShared(admin, run));
  const cleanUp = async () => {
    const now = await rolesOf(admin);
    const stays: string[] = [];
    for (const role of now) {
      if (!makesRoles || before.has(role)) continue;
      if (!(await isOwn(role)) || !(await isDropped(admin, role))) stays.push(role);
    }
    const gone = [...before].filter((role) => dropsRoles && !now.has(role) && isNamedIn(sources, role));
    return [
      ...(stays.length > 0
        ? [
            `roles that came meanwhile stay on the server: ${listed(stays)}; drop those that only this has made`,
          ]
        : []),
      ...(gone.length > 0
        ? [`roles that were on the server before are gone, because the migrations drop them: ${listed(gone)}`]
        : []),
    ];
  };
  return { before, isOwn, cleanUp: () => cleanUp().catch(() => []) };
}

async function dropLeft(
  { admin, run, sources }: RolesOptions,
  leftovers: readonly Leftover[],
): Promise<void> {
  const known = leftovers.flatMap(({ rolesBefore }) => rolesBefore ?? []);
  if (known.length === 0 || !sources.some((sql) => MAKES_ROLES.test(sql)) || (await isShared(admin, run)))
    return;
  // Nobody knows what came after that run: a role that can log in may be in use without anything depending on it.
  for (const role of await rolesOf(admin, 'where not rolcanlogin')) {
    if (known.some((before) => !before.has(role)) && isNamedIn(sources, role)) await isDropped(admin, role);
  }
}

async function rolesOf(admin: postgres.Sql, which = ''): Promise<ReadonlySet<string>> {
  const rows = await admin.unsafe<{ name: string }[]>(`
    select rolname::text as name from pg_roles ${which} order by 1`);
  return new Set(rows.map(({ name }) => name));
}

/** One on which something depends, in whatever database, stays. */
async function isDropped(admin: postgres.Sql, role: string): Promise<boolean> {
  try {
    await admin.unsafe(`drop role if exists ${quoteIdentifier(role)}`);
    return true;
  } catch (error) {
    if (!isServerError(error)) throw error;
    return false;
  }
}

/** As a whole word, in whatever case and quotes. */
export function isNamedIn(sources: readonly string[], role: string): boolean {
  const name = role.replaceAll('"', '""').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const word = new RegExp(`(?<![\\p{L}\\p{N}_$])${name}(?![\\p{L}\\p{N}_$])`, 'iu');
  return sources.some((source) => word.test(source));
}

function listed(roles: readonly string[]): string {
  return roles.map(quoteIdentifier).join(', ');
}

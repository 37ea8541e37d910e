import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { isServerError } from '../../../runner/src/errors/server-error';
import { quoteIdentifier, quoteLiteral } from '../../../runner/src/sql/quote';

/** One use of a server: its databases have the run's id in their names, and its session says that it is at work. */
export interface ScratchRun {
  readonly id: string;
  /** Of the session that is open as long as the run is at work. */
  readonly applicationName: string;
}

const APPLICATION = 'drizzle-gate scratch ';
const PREFIX = 'drizzle_gate_scratch_';
const NAME = `^${PREFIX}[0-9a-f]{8}_[0-9a-f]{6}$`;

export function newScratchRun(): ScratchRun {
  const id = randomBytes(4).toString('hex');
  return { id, applicationName: APPLICATION + id };
}

export function newDatabaseName({ id }: ScratchRun): string {
  return `${PREFIX}${id}_${randomBytes(3).toString('hex')}`;
}

/** Whether somebody else's run is at work on the server. */
export async function isShared(admin: postgres.Sql, { applicationName }: ScratchRun): Promise<boolean> {
  const rows = await admin`
    select from pg_stat_activity
     where starts_with(application_name, ${APPLICATION}) and application_name <> ${applicationName}`;
  return rows.length > 0;
}

/** Writes on a database which roles the server had before, so that whoever finds it left behind can tell. */
export async function noteRoles(admin: postgres.Sql, name: string, roles: Iterable<string>): Promise<void> {
  const note = JSON.stringify({ roles: [...roles] });
  await admin.unsafe(`comment on database ${quoteIdentifier(name)} is ${quoteLiteral(note)}`);
}

/** A database that a killed run has left. */
export interface Leftover {
  readonly name: string;
  /** The roles that were there before that run; undefined where nobody knows. */
  readonly rolesBefore: ReadonlySet<string> | undefined;
}

/** Drops the databases of runs that were killed: nobody is connected to them, and their run is not at work any more. */
export async function dropLeftovers(admin: postgres.Sql): Promise<Leftover[]> {
  const found = await admin<{ name: string; note: string | null }[]>`
    select datname as name, shobj_description(oid, 'pg_database') as note from pg_database d
     where datname ~ ${NAME} and pg_has_role(datdba, 'usage')
       and not exists (select from pg_stat_activity a where a.datname = d.datname
          or a.application_name = ${APPLICATION} || substr(d.datname, ${PREFIX.length + 1}, 8))
     order by 1`;
  const dropped: Leftover[] = [];
  for (const { name, note } of found) {
    try {
      // Not by force: whoever has come since is at work.
      await admin.unsafe(`drop database if exists ${quoteIdentifier(name)}`);
      dropped.push({ name, rolesBefore: rolesIn(note) });
    } catch (error) {
      if (!isServerError(error)) throw error;
    }
  }
  return dropped;
}

function rolesIn(note: string | null): ReadonlySet<string> | undefined {
  try {
    return new Set((JSON.parse(note ?? '') as { roles: string[] }).roles);
  } catch {
    return undefined;
  }
}

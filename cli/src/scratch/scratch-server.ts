import type postgres from 'postgres';
import { forgetAmbientConnection } from '../rehearse/ambient-connection';
import { connect, parseUrl } from '../rehearse/database';
import { startEmbeddedServer } from '../server/embedded-server';
import { readSetup, runSetup, type Setup } from './run-setup';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database';
import { dropLeftovers, newDatabaseName, newScratchRun, noteRoles, type ScratchRun } from './scratch-run';
import { type ServerRoles, watchRoles } from './server-roles';

export type { ScratchDatabase } from './scratch-database';

export interface ScratchServer {
  /** Of whom the databases are. */
  readonly user: string;
  /** Makes a database: a copy of `template`, or a new one on which the setup has run. */
  createDatabase(options?: { readonly template?: ScratchDatabase }): Promise<ScratchDatabase>;
}

export interface ScratchServerOptions {
  /** File with SQL that every new database begins with: the roles, schemas and extensions of a hosting service. */
  readonly setup?: string | undefined;
  /** The SQL of the migrations: a role that it names, and that comes meanwhile, is dropped from the server again. */
  readonly sources?: readonly string[];
  /** A line about what is on the server beside the databases. */
  readonly tell?: (line: string) => void;
}

/**
 * Gives a server on which databases can be made: an embedded PostgreSQL, or that of `serverUrl`. When `use` ends, also
 * by an interrupt, no database of it is left, and no role that it made; what a killed run has left is dropped by the next.
 */
export async function withScratchServer<T>(
  serverUrl: string | undefined,
  signal: AbortSignal,
  use: (server: ScratchServer) => Promise<T>,
  { setup, sources = [], tell = () => undefined }: ScratchServerOptions = {},
): Promise<T> {
  forgetAmbientConnection(process.env);
  const script = setup === undefined ? undefined : readSetup(setup);
  const base = { signal, setup: script, sources: [...sources, ...(script ? [script.sql] : [])], tell };
  if (serverUrl !== undefined)
    return withDatabases({ ...base, server: parseUrl(serverUrl), isPrivate: false }, use);
  const server = await startEmbeddedServer();
  try {
    signal.throwIfAborted();
    return await withDatabases({ ...base, server: new URL(server.url('postgres')), isPrivate: true }, use);
  } finally {
    await server.stop();
  }
}

interface Work {
  readonly server: URL;
  readonly isPrivate: boolean;
  readonly signal: AbortSignal;
  readonly setup: Setup | undefined;
  readonly sources: readonly string[];
  readonly tell: (line: string) => void;
}

async function withDatabases<T>(work: Work, use: (server: ScratchServer) => Promise<T>): Promise<T> {
  const { server, isPrivate, signal, setup } = work;
  const run = newScratchRun();
  const admin = connect(server.href, run.applicationName);
  const roles = isPrivate ? undefined : await arrive(admin, run, work);
  const isOwnRole = async (role: string) => isPrivate || (await roles?.isOwn(role)) === true;
  const made: ScratchDatabase[] = [];
  const make = async (template?: ScratchDatabase) => {
    signal.throwIfAborted();
    const name = newDatabaseName(run);
    const database = await createScratchDatabase({
      ...{ admin, server, name, signal, isPrivate, isOwnRole, template },
    });
    made.push(database);
    if (roles) await noteRoles(admin, name, roles.before);
    return database;
  };
  // The setup runs once; what it made is copied.
  let base: Promise<ScratchDatabase> | undefined;
  const makeBase = async () => {
    const database = await make();
    if (setup) await runSetup(database, setup);
    return database;
  };
  const createDatabase: ScratchServer['createDatabase'] = async ({ template } = {}) => {
    if (template || !setup) return make(template);
    base ??= makeBase();
    return make(await base);
  };
  try {
    return await use({ user: decodeURIComponent(server.username), createDatabase });
  } finally {
    await dropAll(made, admin, async () => {
      for (const line of (await roles?.cleanUp()) ?? []) work.tell(line);
    });
  }
}

/** Looks at somebody's server before anything is made there. Why it can't be reached, the first database will tell. */
async function arrive(
  admin: postgres.Sql,
  run: ScratchRun,
  { server, sources, tell }: Work,
): Promise<ServerRoles | undefined> {
  try {
    const dropped = await dropLeftovers(admin);
    if (dropped.length > 0) {
      const names = dropped.map(({ name }) => name).join(', ');
      tell(`dropped ${names} on ${server.host}, left by a run that was killed`);
    }
    return await watchRoles({ admin, run, sources }, dropped);
  } catch {
    return undefined;
  }
}

/** @throws what the first that stays behind says; the others are dropped all the same. */
async function dropAll(
  made: readonly ScratchDatabase[],
  admin: postgres.Sql,
  afterwards: () => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(made.map((database) => database.drop()));
  await afterwards();
  await admin.end({ timeout: 2 });
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { forgetAmbientConnection } from '../rehearse/ambient-connection';
import { connect, parseUrl } from '../rehearse/database';
import { startEmbeddedServer } from '../server/embedded-server';
import { readSetup, runSetup } from './run-setup';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database';

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
}

/**
 * Gives a server on which databases can be made: an embedded PostgreSQL, or that of `serverUrl`. When `use` ends, also
 * by an interrupt, no database of it is left.
 */
export async function withScratchServer<T>(
  serverUrl: string | undefined,
  signal: AbortSignal,
  use: (server: ScratchServer) => Promise<T>,
  { setup }: ScratchServerOptions = {},
): Promise<T> {
  forgetAmbientConnection(process.env);
  const script = setup === undefined ? undefined : readSetup(setup);
  if (serverUrl !== undefined) return withDatabases(parseUrl(serverUrl), false, signal, script, use);
  const server = await startEmbeddedServer();
  try {
    signal.throwIfAborted();
    return await withDatabases(new URL(server.url('postgres')), true, signal, script, use);
  } finally {
    await server.stop();
  }
}

async function withDatabases<T>(
  server: URL,
  isPrivate: boolean,
  signal: AbortSignal,
  setup: ReturnType<typeof readSetup> | undefined,
  use: (server: ScratchServer) => Promise<T>,
): Promise<T> {
  const admin = connect(server.href);
  const made: ScratchDatabase[] = [];
  const make = async (template?: ScratchDatabase) => {
    signal.throwIfAborted();
    const name = `drizzle_gate_scratch_${randomBytes(6).toString('hex')}`;
    const database = await createScratchDatabase({ admin, server, name, signal, isPrivate, template });
    made.push(database);
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
    await dropAll(made, admin);
  }
}

/** @throws what the first that stays behind says; the others are dropped all the same. */
async function dropAll(made: readonly ScratchDatabase[], admin: postgres.Sql): Promise<void> {
  const results = await Promise.allSettled(made.map((database) => database.drop()));
  await admin.end({ timeout: 2 });
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

import type postgres from 'postgres';
import { connect, createDatabase, dropDatabase } from '../rehearse/database';
import { copySettings } from './copy-settings';

/** A database that lives only as long as the work for which it was made. */
export interface ScratchDatabase {
  readonly name: string;
  /** With the password, for processes and other drivers. */
  readonly url: string;
  /** One connection, opened when it is first used; a copy of the database closes it, and the next use opens it again. */
  readonly sql: postgres.Sql;
  /** Aborts when the work is interrupted. */
  readonly signal: AbortSignal;
  /** Whether its server exists only for this work, with all roles on it. */
  readonly isPrivate: boolean;
  /** Whether a role of the server was made by this work, and may go again. */
  isOwnRole(role: string): Promise<boolean>;
  /** Closes every connection, also those that others opened, as a copy of the database needs it. */
  disconnect(): Promise<void>;
  /** Does nothing when it is dropped already. */
  drop(): Promise<void>;
}

export interface ScratchDatabaseOptions {
  readonly admin: postgres.Sql;
  /** Of the server; the path is replaced. */
  readonly server: URL;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly isPrivate: boolean;
  readonly isOwnRole: ScratchDatabase['isOwnRole'];
  readonly template: ScratchDatabase | undefined;
}

export async function createScratchDatabase(options: ScratchDatabaseOptions): Promise<ScratchDatabase> {
  const { admin, server, name, signal, isPrivate, isOwnRole, template } = options;
  await template?.disconnect();
  await createDatabase(admin, name, server.host, template?.name);
  if (template) await copySettings(admin, template.name, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  let sql: postgres.Sql | undefined;
  let isDropped = false;
  const disconnect = async () => {
    await sql?.end({ timeout: 2 });
    sql = undefined;
    // A process that has ended can leave its backend for a moment, and CREATE DATABASE waits for that in steps of 100 ms.
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
  };
  return {
    ...{ name, url: url.href, signal, isPrivate, isOwnRole, disconnect },
    get sql() {
      sql ??= connect(url.href);
      return sql;
    },
    drop: async () => {
      if (isDropped) return;
      isDropped = true;
      await sql?.end({ timeout: 2 });
      await dropDatabase(admin, name, server.host);
    },
  };
}

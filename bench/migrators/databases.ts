import { isDeepStrictEqual } from 'node:util';
import postgres from 'postgres';
import type { EmbeddedServer } from '../../cli/src/server/embedded-server';
import type { Schema } from './make-migrations';

/** What a migrator left in a database. */
export interface Found extends Schema {
  /** Rows of its own table. */
  readonly history: number;
}

const OWN_TABLES = ['pgmigrations', 'schema_migrations'];

/** Databases on a server, made from one another. */
export class Databases {
  private readonly admin: postgres.Sql;

  constructor(private readonly server: Pick<EmbeddedServer, 'url'>) {
    this.admin = connect(server.url('postgres'));
  }

  async version(): Promise<string> {
    const [row] = await this.admin`show server_version`;
    return String(row?.server_version);
  }

  /**
   * Makes a database, as a copy of another where one is named, and logs into it once: the first login after that has to
   * build the server's cache of the catalog, and no migrator shall pay for it. Nor for its files, which the server would
   * otherwise write to the disk while somebody is measured.
   */
  async create(name: string, template = 'template1'): Promise<void> {
    await this.admin.unsafe(`create database ${name} template ${template}`);
    const sql = connect(this.server.url(name));
    await sql`select`;
    await sql.end();
    await this.admin`checkpoint`;
  }

  /** @throws Error when a database has not exactly what it should have. */
  async verify(name: string, history: string, expected: Found): Promise<void> {
    const sql = connect(this.server.url(name));
    try {
      const [found] = await sql<[Found]>`select
        (select count(*)::int from pg_tables where schemaname = 'public' and tablename <> all (${OWN_TABLES})) as tables,
        (select count(*)::int from pg_indexes where schemaname = 'public' and tablename <> all (${OWN_TABLES})) as indexes,
        (select count(*)::int from information_schema.columns
          where table_schema = 'public' and table_name <> all (${OWN_TABLES})) as columns,
        (select count(*)::int from features) as rows,
        (select count(*)::int from ${sql.unsafe(history)}) as history`;
      if (!isDeepStrictEqual({ ...found }, { ...expected })) {
        throw new Error(`${name}: found ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
      }
    } finally {
      await sql.end();
    }
  }

  async close(): Promise<void> {
    await this.admin.end();
  }
}

function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => undefined });
}

import type { Diagnostic, FactBase } from '@supabase/pg-delta/core';
import type postgres from 'postgres';
import type { ScratchDatabase } from '../../scratch/scratch-server';
import { withPartitionOrder } from './attached-partitions';
import { withDefaultPrivileges } from './default-privileges';
import { shownColumn } from './fact-names';
import { type ObjectIdentity, readIdentities } from './object-identity';

/** What a database is at one moment. */
export interface CatalogState {
  readonly facts: FactBase;
  readonly diagnostics: readonly Diagnostic[];
  /** Every object by its OID, which a rename keeps. */
  readonly identities: readonly ObjectIdentity[];
  /** Generated columns that are computed when they are read (PostgreSQL 18), by their shown name. */
  readonly virtual: ReadonlySet<string>;
}

type Readable = Pick<ScratchDatabase, 'url' | 'sql'>;

export async function readCatalog(database: Readable): Promise<CatalogState> {
  const { factBase, diagnostics } = await extractFacts(database);
  return {
    facts: await withPartitionOrder(await withDefaultPrivileges(factBase, database.sql), database.sql),
    diagnostics,
    identities: await readIdentities(database.sql),
    virtual: await readVirtual(database.sql),
  };
}

async function readVirtual(sql: postgres.Sql): Promise<Set<string>> {
  const rows = await sql<{ schema: string; table: string; name: string }[]>`
    select n.nspname as schema, c.relname as table, a.attname as name
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where a.attgenerated = 'v'`;
  return new Set(rows.map((row) => shownColumn({ kind: 'column', ...row })));
}

/** pg-delta wants a pool of its own driver; both are loaded only here, because no other command needs them. */
async function extractFacts({ url }: Readable) {
  const [{ extract }, { default: pg }] = await Promise.all([
    import('@supabase/pg-delta/extract'),
    import('pg'),
  ]);
  const pool = new pg.Pool({ connectionString: withLibpqMeaning(url), max: 1 });
  // A connection that the server ends while it is idle would end the process.
  pool.on('error', () => undefined);
  try {
    return await extract(pool);
  } finally {
    await pool.end();
  }
}

/** The driver reads `sslmode=require` as verify-full unless it is told otherwise. */
function withLibpqMeaning(url: string): string {
  const parsed = new URL(url);
  if (parsed.searchParams.has('sslmode')) parsed.searchParams.set('uselibpqcompat', 'true');
  return parsed.href;
}

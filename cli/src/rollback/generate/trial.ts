import type { FactBase } from '@supabase/pg-delta/core';
import type postgres from 'postgres';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { splitStatements } from '../../../../runner/src/sql/split-statements';
import type { ScratchDatabase } from '../../scratch/scratch-server';
import { readCatalog } from './catalog-state';
import { shownColumn } from './fact-names';
import type { Filled } from './fill-column';
import { applicationFacts, type HistoryPlace } from './own-facts';
import { planBack } from './plan-back';
import { rejection } from './rejected-stand-ins';

/** What came of a script that was run once on a copy of the database. */
export type TrialResult =
  | { readonly kind: 'restored' }
  /** The statements that would still be needed. */
  | { readonly kind: 'differs'; readonly missing: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string; readonly sqlstate: string };

export interface Trial {
  readonly result: TrialResult;
  /** Why a stand-in does not do, by the column's shown name. */
  readonly rejected: ReadonlyMap<string, string>;
}

export interface TrialInput {
  readonly script: string;
  readonly filled: readonly Filled[];
  /** Whether rows are taken away first: a script with open questions promises to work only without. */
  readonly emptied: boolean;
  /** What must be there afterwards. */
  readonly facts: FactBase;
  readonly place: HistoryPlace;
  readonly owner: string;
}

/** Runs a script in one transaction, as the runner does, and compares what it leaves with what was there before. */
export async function tryScript(database: ScratchDatabase, input: TrialInput): Promise<Trial> {
  const { script, filled, emptied, facts, place, owner } = input;
  const rejected = new Map<string, string>();
  try {
    await database.sql.begin(async (sql) => {
      if (emptied) await emptyTables(sql);
      for (const { text } of splitStatements(script)) {
        const added = filled.find(({ statement, onlyNulls }) => !onlyNulls && statement === text);
        const why = added && (await rejection(sql, facts, added, filled));
        if (added && why !== undefined) rejected.set(shownColumn(added.column.id), why);
        await sql.unsafe(why === undefined ? text : text.replace(/ NOT NULL DEFAULT .*$/s, ''));
      }
    });
  } catch (error) {
    if (!isServerError(error)) throw error;
    return { result: { kind: 'failed', message: error.message, sqlstate: error.code }, rejected };
  }
  const { facts: left } = await readCatalog(database);
  const rest = await planBack(await applicationFacts(left, place, owner), facts, owner);
  const missing = rest.map(({ sql }) => sql);
  return { result: missing.length === 0 ? { kind: 'restored' } : { kind: 'differs', missing }, rejected };
}

async function emptyTables(sql: postgres.TransactionSql): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
  if (tables.length > 0) await sql.unsafe(`truncate ${tables.map(({ name }) => name).join(', ')} cascade`);
}

/** The line for a person. */
export function whatIsLeft(result: Exclude<TrialResult, { kind: 'restored' }>): string {
  if (result.kind === 'failed') return `the script failed when it was tried: ${result.message}.`;
  const missing = result.missing.slice(0, 5).map((sql) => sql.replace(/\s+/g, ' ').slice(0, 200));
  const more = result.missing.length > 5 ? ` and ${result.missing.length - 5} more` : '';
  return `when it was tried, the schema was not what it had been before; still needed: ${missing.join('; ')}${more}.`;
}

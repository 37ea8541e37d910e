import type { FactBase } from '@supabase/pg-delta/core';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { splitStatements } from '../../../../runner/src/sql/split-statements';
import type { ScratchDatabase } from '../../scratch/scratch-server';
import { readCatalog } from './catalog-state';
import { applicationFacts, type HistoryPlace } from './own-facts';
import { planBack } from './plan-back';

/** What came of a script that was run once on a copy of the database. */
export type TrialResult =
  | { readonly kind: 'restored' }
  /** The statements that would still be needed. */
  | { readonly kind: 'differs'; readonly missing: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string; readonly sqlstate: string };

export interface TrialExpectation {
  readonly facts: FactBase;
  readonly place: HistoryPlace;
  readonly owner: string;
}

/** Runs a script in one transaction, as the runner does, and compares what it leaves with what was there before. */
export async function tryScript(
  database: ScratchDatabase,
  script: string,
  { facts, place, owner }: TrialExpectation,
): Promise<TrialResult> {
  try {
    await database.sql.begin(async (sql) => {
      for (const { text } of splitStatements(script)) await sql.unsafe(text);
    });
  } catch (error) {
    if (!isServerError(error)) throw error;
    return { kind: 'failed', message: error.message, sqlstate: error.code };
  }
  const { facts: left } = await readCatalog(database);
  const rest = await planBack(await applicationFacts(left, place, owner), facts, owner);
  return rest.length === 0 ? { kind: 'restored' } : { kind: 'differs', missing: rest.map(({ sql }) => sql) };
}

/** The line for a person. */
export function whatIsLeft(result: Exclude<TrialResult, { kind: 'restored' }>): string {
  if (result.kind === 'failed') return `the script failed when it was tried: ${result.message}.`;
  const missing = result.missing.slice(0, 5).map((sql) => sql.replace(/\s+/g, ' ').slice(0, 200));
  const more = result.missing.length > 5 ? ` and ${result.missing.length - 5} more` : '';
  return `when it was tried, the schema was not what it had been before; still needed: ${missing.join('; ')}${more}.`;
}

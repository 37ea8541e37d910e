import type { Migration } from '../../../../core/journal';
import type { ScratchDatabase, ScratchServer } from '../../scratch/scratch-server';
import { type CatalogState, readCatalog } from './catalog-state';
import { findDataChanges } from './data-changes';
import { removedLabels } from './enum-guard';
import { applicationFacts, type HistoryPlace } from './own-facts';
import { planBack } from './plan-back';
import { rejectedPlaceholders } from './rejected-placeholders';
import { renameBack } from './rename-back';
import { renderScript } from './render-script';
import { step } from './step';
import { stepsOfPlan } from './steps-of-plan';
import { summarize } from './summary';
import { type TrialResult, tryScript } from './trial';
import { typeChanges } from './type-changes';
import { unmodeledChanges } from './unmodeled';
import { describeChange, unrestoredData } from './unrestored-data';

export interface GeneratedScript {
  readonly sql: string;
  /** How many things a person must decide before the script may be used. */
  readonly manual: number;
  readonly trial: TrialResult;
}

export interface ScriptContext {
  readonly server: ScratchServer;
  readonly place: HistoryPlace;
  readonly version: string;
}

export interface Replayed {
  readonly migration: Migration;
  readonly before: CatalogState;
  readonly after: CatalogState;
  /** In the state after the migration. */
  readonly database: ScratchDatabase;
}

/**
 * Makes the script that undoes a migration from what the catalogs were before and after it, and tries it once.
 *
 * @throws Error when pg-delta knows no way back.
 */
export async function generateScript(replayed: Replayed, context: ScriptContext): Promise<GeneratedScript> {
  const { migration, before, after, database } = replayed;
  const { server, place, version } = context;
  const owner = server.user;
  const copy = await server.createDatabase({ template: database });
  const renames = await undoRenames(copy, before, after);
  const renamed = renames.length > 0 ? await readCatalog(copy) : after;
  const from = await applicationFacts(renamed.facts, place, owner);
  const to = await applicationFacts(before.facts, place, owner, renamed.facts);
  const actions = await planBack(from, to, owner);
  const labels = removedLabels(from, to);
  const changes = await typeChanges(copy.sql, from, to);
  const manual = [
    ...unrestoredData(await findDataChanges(migration.sql), before, after).map(describeChange),
    ...unmodeledChanges(before.diagnostics, after.diagnostics),
  ];
  await copy.drop();
  const attempt = async (rejected: ReadonlyMap<string, string>, also: readonly string[] = []) => {
    const { steps, filled } = stepsOfPlan({
      from,
      to,
      actions,
      labels,
      typeChanges: changes,
      rejected,
      owner,
    });
    const all = [...renames.map((sql) => step(sql)), ...steps];
    const summary = summarize({ from, to, before, after, labels, typeChanges: changes, filled, renames });
    const lines = [...manual, ...also];
    const inSteps = all.flatMap(({ notes }) => notes).filter((note) => note.startsWith('MANUAL:')).length;
    const sql = await renderScript({ tag: migration.tag, version, summary, manual: lines, steps: all });
    return { sql, filled, manual: lines.length + inSteps };
  };
  const trial = async (sql: string, filled: Parameters<typeof rejectedPlaceholders>[2] = []) => {
    const fresh = await server.createDatabase({ template: database });
    try {
      const result = await tryScript(fresh, sql, { facts: to, place, owner });
      const rejected =
        result.kind === 'failed' ? new Map() : await rejectedPlaceholders(fresh.sql, to, filled);
      return { result, rejected };
    } finally {
      await fresh.drop();
    }
  };
  let made = await attempt(new Map());
  let { result, rejected } = await trial(made.sql, made.filled);
  if (rejected.size > 0) {
    made = await attempt(rejected);
    ({ result, rejected } = await trial(made.sql));
  }
  if (result.kind !== 'restored') made = await attempt(rejected, [whatIsLeft(result)]);
  return { sql: made.sql, manual: made.manual, trial: result };
}

/** A name that can't be given back is left to the plan, which then drops and makes. */
async function undoRenames(
  copy: ScratchDatabase,
  before: CatalogState,
  after: CatalogState,
): Promise<string[]> {
  const done: string[] = [];
  for (const sql of renameBack(before.identities, after.identities)) {
    try {
      await copy.sql.unsafe(sql);
      done.push(sql);
    } catch {
      // What depended on it fails in the same way.
    }
  }
  return done;
}

function whatIsLeft(result: Exclude<TrialResult, { kind: 'restored' }>): string {
  if (result.kind === 'failed') return `the script failed when it was tried: ${result.message}`;
  const missing = result.missing.slice(0, 5).map((sql) => sql.replace(/\s+/g, ' ').slice(0, 200));
  const more = result.missing.length > 5 ? ` and ${result.missing.length - 5} more` : '';
  return `when it was tried, the schema was not what it had been before; still needed: ${missing.join('; ')}${more}`;
}

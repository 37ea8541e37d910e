import type { Migration } from '../../../../core/journal';
import { SqlState } from '../../../../runner/src/errors/sqlstate';
import type { ScratchDatabase, ScratchServer } from '../../scratch/scratch-server';
import type { CatalogState } from './catalog-state';
import { findDataChanges } from './data-changes';
import { removedLabels } from './enum-guard';
import type { Filled } from './fill-column';
import { withoutRetypedKeys } from './foreign-keys-aside';
import { forwardStatements } from './forward-statements';
import { lateColumns } from './made-tables';
import { applicationFacts, type HistoryPlace } from './own-facts';
import { planBack, withEnumsToReplace } from './plan-back';
import { renderScript } from './render-script';
import { type Step, step } from './step';
import { stepsOfPlan, type Way } from './steps-of-plan';
import { summarize } from './summary';
import { touchedRoles } from './touched-roles';
import { type Trial, type TrialResult, tryScript, whatIsLeft } from './trial';
import { typeChanges } from './type-changes';
import { undoInPlace } from './undo-in-place';
import { unmodeledChanges } from './unmodeled';
import { describeChange, lostRows, unrestoredData } from './unrestored-data';

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

/** What a script is written from: the same each time, only the rejected stand-ins come to be known by a trial. */
interface Draft {
  readonly replayed: Replayed;
  readonly context: ScriptContext;
  /** What is undone in place, before everything else. */
  readonly first: readonly Step[];
  readonly hasRenames: boolean;
  readonly roles: readonly string[];
  readonly way: Omit<Way, 'rejected'>;
  /** What the migration did to rows that stay. */
  readonly changedRows: readonly string[];
  readonly manual: readonly string[];
  /** What a trial has shown to be left. */
  readonly rest?: readonly string[];
}

interface Written {
  readonly sql: string;
  readonly manual: number;
  readonly filled: readonly Filled[];
  /** Whether a statement waits for a person's answer. */
  readonly hasOpen: boolean;
}

/**
 * Makes the script that undoes a migration from what the catalogs were before and after it, and tries it once.
 *
 * @throws Error when pg-delta knows no way back.
 */
export async function generateScript(replayed: Replayed, context: ScriptContext): Promise<GeneratedScript> {
  let draft = await draftOf(replayed, context);
  let written = write(draft, new Map());
  let trial = await tryOnCopy(draft, written);
  if (trial.result.kind === 'failed' && trial.result.sqlstate === SqlState.UNSAFE_NEW_ENUM_VALUE_USAGE) {
    draft = await replacingEnums(draft);
    written = write(draft, new Map());
    trial = await tryOnCopy(draft, written);
  }
  const { rejected } = trial;
  if (rejected.size > 0) {
    written = write(draft, rejected);
    trial = await tryOnCopy(draft, written);
  }
  if (trial.result.kind === 'differs') {
    // CREATE TABLE makes one of two constraints that are alike; what it left out is made after it.
    draft = { ...draft, rest: trial.result.missing };
    written = write(draft, rejected);
    trial = await tryOnCopy(draft, written);
  }
  const { result } = trial;
  if (result.kind !== 'restored') written = write(draft, rejected, [whatIsLeft(result)]);
  return { sql: written.sql, manual: written.manual, trial: result };
}

async function draftOf(replayed: Replayed, context: ScriptContext): Promise<Draft> {
  const { migration, before, after, database } = replayed;
  const { server, place } = context;
  const owner = server.user;
  const undone = await undoInPlace(server, database, before, after);
  const from = await applicationFacts(undone.state.facts, place, owner);
  const to = await applicationFacts(before.facts, place, owner, undone.state.facts);
  const changes = await typeChanges(database.sql, from, to);
  const keys = await withoutRetypedKeys(from, to, changes);
  const forward = await forwardStatements(migration.sql);
  const unrestored = unrestoredData(findDataChanges(forward), before, after, place);
  return {
    ...{
      replayed,
      context,
      first: undone.steps,
      hasRenames: undone.hasRenames,
      roles: touchedRoles(forward),
    },
    way: {
      ...{ from, to, owner, virtual: before.virtual, actions: await planBack(keys.facts, to, owner) },
      labels: removedLabels(from, to),
      ...{ typeChanges: changes, keysAside: keys.statements },
    },
    changedRows: lostRows(unrestored),
    manual: [...unrestored.map(describeChange), ...unmodeledChanges(before.diagnostics, after.diagnostics)],
  };
}

async function replacingEnums(draft: Draft): Promise<Draft> {
  const { from, to, owner, typeChanges: changes } = draft.way;
  const { facts } = await withoutRetypedKeys(from, to, changes);
  const actions = await planBack(await withEnumsToReplace(facts, to), to, owner);
  return { ...draft, way: { ...draft.way, actions } };
}

function write(
  { replayed, context, first, hasRenames, roles, way, changedRows, manual, rest = [] }: Draft,
  rejected: ReadonlyMap<string, string>,
  also: readonly string[] = [],
): Written {
  const { migration, before, after } = replayed;
  const { steps, filled, keys } = stepsOfPlan({ ...way, rejected });
  const late = lateColumns(way.actions, way.to);
  const summary = summarize({ ...way, before, after, filled, keys, late, hasRenames, roles, changedRows });
  const lines = [...manual, ...also];
  const sql = renderScript({
    ...{ tag: migration.tag, version: context.version, summary, manual: lines },
    steps: [...first, ...steps, ...rest.map((sql) => step(sql))],
  });
  const inSteps = steps.flatMap(({ notes }) => notes).filter((note) => note.startsWith('MANUAL:'));
  return { sql, filled, manual: lines.length + inSteps.length, hasOpen: inSteps.length > 0 };
}

async function tryOnCopy(
  { replayed, context, way }: Draft,
  { sql, filled, hasOpen }: Written,
): Promise<Trial> {
  const { server, place } = context;
  const copy = await server.createDatabase({ template: replayed.database });
  try {
    const input = { script: sql, filled, emptied: hasOpen, facts: way.to, place, owner: way.owner };
    return await tryScript(copy, input);
  } finally {
    await copy.drop();
  }
}

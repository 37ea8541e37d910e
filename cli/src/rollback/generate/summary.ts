import type { Fact, FactBase } from '@supabase/pg-delta/core';
import type { CatalogState } from './catalog-state';
import type { RemovedLabels } from './enum-guard';
import { describe, isColumn, ownerOf, shown, shownColumn } from './fact-names';
import type { Filled } from './fill-column';
import type { KeyToEmptied } from './keys-to-emptied';
import type { LateColumns } from './made-tables';
import { remarksOn, remarksOnKeys } from './remarks';
import type { TypeChange } from './type-changes';

/** What a script does, for its first lines. */
export interface Summary {
  readonly restores: readonly string[];
  readonly lost: readonly string[];
  /** What stops the rollback, or comes out in another way than it was. */
  readonly remarks: readonly string[];
}

export interface SummaryInput {
  readonly from: FactBase;
  readonly to: FactBase;
  readonly before: CatalogState;
  readonly after: CatalogState;
  readonly labels: readonly RemovedLabels[];
  readonly typeChanges: readonly TypeChange[];
  readonly filled: readonly Filled[];
  readonly keys: readonly KeyToEmptied[];
  readonly late: LateColumns;
  readonly hasRenames: boolean;
  readonly roles: readonly string[];
  /** What the migration did to rows that stay. */
  readonly changedRows: readonly string[];
}

export function summarize(input: SummaryInput): Summary {
  const { from, to } = input;
  const [gone, back] = [roots(from, to), roots(to, from)];
  const changed = from.facts().filter((fact) => isChanged(fact, to.get(fact.id)));
  return {
    restores: [
      ...(input.hasRenames ? ['the old names'] : []),
      ...gone.filter(isObject).map(({ id }) => `no ${describe(id)}`),
      ...back.filter(isObject).map(({ id }) => describe(id)),
      ...changed.filter(isObject).map(({ id }) => `${describe(id)} as it was`),
      ...restoredDefaults([...gone, ...back, ...changed]),
    ],
    lost: [
      ...lostWith(gone),
      ...lostBefore(back),
      ...lostMadeAnew(input),
      ...input.typeChanges.flatMap(rounded),
      ...input.changedRows,
    ],
    remarks: [...remarksOn(input, back.filter(isColumn)), ...remarksOnKeys(input.keys)],
  };
}

function isObject({ id }: Fact): boolean {
  return id.kind !== 'defaultPrivilege';
}

/** Of default privileges one that is there can be one that was taken away. */
function restoredDefaults(facts: readonly Fact[]): string[] {
  const defaults = facts.filter((fact) => !isObject(fact));
  return [...new Set(defaults.map(({ id }) => `${describe(id)} as they were`))];
}

/** The tops of the subtrees that only `here` has; what belongs to a sequence's column goes with that. */
function roots(here: FactBase, there: FactBase): Fact[] {
  return here.facts().filter((fact) => {
    if (there.has(fact.id) || fact.id.kind === 'role' || fact.id.kind === 'membership') return false;
    if (isOfExtension(fact, here)) return false;
    if (fact.parent && here.has(fact.parent) && !there.has(fact.parent)) return false;
    if ('target' in fact.id && here.has(fact.id.target) && !there.has(fact.id.target)) return false;
    const owner = ownerOf(fact);
    return !owner || there.has({ kind: 'table', schema: owner.schema, name: owner.table });
  });
}

/** What an extension brings goes with it, and is told by its name. */
function isOfExtension({ id, parent }: Fact, here: FactBase): boolean {
  if (here.outgoingEdges(id).some(({ kind }) => kind === 'memberOfExtension')) return true;
  const owner = 'target' in id ? id.target : parent;
  const above = owner && here.get(owner);
  return above !== undefined && isOfExtension(above, here);
}

function isChanged(fact: Fact, other: Fact | undefined): boolean {
  if (!other) return false;
  const text = ({ payload }: Fact) =>
    JSON.stringify(Object.entries(payload).filter(([key]) => !key.startsWith('_')));
  return text(fact) !== text(other);
}

function lostWith(gone: readonly Fact[]): string[] {
  return gone.flatMap(({ id }) => {
    if (id.kind === 'table') return [`the rows of ${shown(id.schema, id.name)}`];
    return id.kind === 'column' ? [`the values of ${shownColumn({ ...id, kind: 'column' })}`] : [];
  });
}

function lostBefore(back: readonly Fact[]): string[] {
  return back.flatMap((fact) => {
    const { id } = fact;
    if (id.kind === 'table') return [`the rows that ${shown(id.schema, id.name)} had`];
    return isColumn(fact) && fact.payload.generatedExpr == null
      ? [`the values that ${shownColumn(fact.id)} had`]
      : [];
  });
}

/** Dropped and made again under the same name, so that no catalog shows a difference. */
function lostMadeAnew({ before, after }: SummaryInput): string[] {
  const keys = new Set(after.identities.map(({ key }) => key));
  const now = new Map(
    after.identities.map((object) => [`${object.kind} ${object.parent} ${object.name}`, object]),
  );
  const names = new Map(before.identities.map(({ key, name }) => [key, name]));
  return before.identities.flatMap((object) => {
    const { key, kind, parent, name } = object;
    if (keys.has(key) || (kind !== 'table' && kind !== 'column') || parent === null) return [];
    if (!now.has(`${kind} ${parent} ${name}`)) return [];
    const owner = names.get(parent) ?? '';
    return kind === 'table'
      ? [`the rows that ${shown(owner, name)} had before it was made anew`]
      : [`the values that "${owner}"."${name}" had before it was made anew`];
  });
}

function rounded({ rounds, column, to }: TypeChange): string[] {
  return rounds ? [`what the values of ${shownColumn(column.id)} have beyond ${to}`] : [];
}

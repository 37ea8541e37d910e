import { keyOf } from './address';
import type { Description, RelationFacts } from './describe';
import type { Counting, Draft } from './draft';
import type { Loss } from './loss';
import type { Scene } from './scene';

export interface SelectedLoss {
  readonly draft: Draft;
  readonly loss: Loss;
  readonly facts?: RelationFacts | undefined;
  readonly counting?: Counting | undefined;
}

const TABLES = ['r', 'p', 'm'];
/** Parts of what goes that a person would miss by themselves. */
const NOTABLE_PARTS = [...TABLES, 'f', 'S'];

/** Leaves out what goes with something else as a part of it, and what the scripts put back under the same name. */
export function selectLosses(
  scene: Scene,
  descriptions: ReadonlyMap<string, Description>,
  loses: (draft: Draft) => boolean,
): SelectedLoss[] {
  return scene.drafts.flatMap((draft): SelectedLoss[] => {
    const { address, what, migration, via, way } = draft;
    const common = { migration, ...(via !== undefined && { via }) };
    if (!address) return [{ draft, loss: { kind: 'object', what: what ?? '', ...common } }];
    const found = descriptions.get(keyOf(address));
    if (!found || !loses(draft)) return [];
    const { relation: facts } = found;
    if (way && !isNotable(draft, facts)) return [];
    const kind = kindOf(draft, facts);
    const isMadeAgain = draft.entry !== undefined && scene.names.isMadeAgain(draft.entry);
    // Made again, a materialized view is filled from what it selects; a table is empty.
    if (isMadeAgain && (kind === 'object' || facts?.kind === 'm')) return [];
    const hasData = kind !== 'object' && facts !== undefined;
    const loss: Loss = {
      ...{ kind, what: `${what ?? found.type.replace(/^.*(?=column$|constraint$)/, '')} ${found.identity}` },
      ...common,
      ...(hasData && {
        table: { oid: address.oid, schema: facts.schema, name: facts.name, bytes: facts.bytes },
        ...(address.part !== 0 && facts.column !== null && { column: facts.column }),
      }),
    };
    const only = facts?.kind !== 'p';
    const ofGoing: Counting =
      kind === 'column' ? { by: 'values', column: address.part, only } : { by: 'rows', only };
    return [{ draft, loss, facts, counting: hasData ? (draft.counting ?? ofGoing) : undefined }];
  });
}

function isNotable({ way, address }: Draft, facts: RelationFacts | undefined): boolean {
  if (!facts || !address) return way !== 'part';
  if (facts.isIdentity && facts.kind === 'S') return way === 'named';
  // Columns of a view go with the view.
  if (address.part !== 0) return facts.kind !== 'v';
  if (facts.kind === 'c') return false;
  return way !== 'part' || NOTABLE_PARTS.includes(facts.kind);
}

function kindOf({ kind, way, address }: Draft, facts: RelationFacts | undefined): Loss['kind'] {
  if (!way || !facts || !TABLES.includes(facts.kind)) return kind;
  return address?.part === 0 ? 'table' : 'column';
}

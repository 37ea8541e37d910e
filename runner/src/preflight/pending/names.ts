import { isSame } from '../../sql/effects/effects';
import type { QualifiedName } from '../../sql/node-values';
import type { StatementEffects } from '../../sql/statement-effects';
import type { Relation, Wanted } from './resolve-relations';

interface Given {
  readonly name: QualifiedName;
  readonly relation: Relation | undefined;
}

/** What the names mean that statements use, while the pending ones make and rename relations. */
export class Names {
  /** By the name without its schema, in the order of the statements. */
  private readonly given = new Map<string, Given[]>();

  constructor(private readonly resolve: (wanted: Wanted) => Relation | undefined) {}

  /** The relation as it is there now; undefined for what the pending statements make themselves. */
  find(sought: Wanted): Relation | undefined {
    const last = this.given.get(sought.relation.name)?.findLast(({ name }) => isAlike(name, sought.relation));
    return last ? last.relation : this.resolve(sought);
  }

  follow({ creates, renames }: StatementEffects): void {
    for (const { from, to } of renames) {
      const relation = this.find(asRelation(from));
      this.give(from, undefined);
      this.give(to, relation);
    }
    for (const name of creates) this.give(name, undefined);
  }

  private give(name: QualifiedName, relation: Relation | undefined): void {
    const known = this.given.get(name.name) ?? [];
    known.push({ name, relation });
    this.given.set(name.name, known);
  }
}

export function asRelation(relation: QualifiedName): Wanted {
  return { relation, of: 'relation' };
}

/** One of them may be written without its schema. */
function isAlike(a: QualifiedName, b: QualifiedName): boolean {
  return isSame(a, b) || (a.name === b.name && (a.schema === undefined || b.schema === undefined));
}

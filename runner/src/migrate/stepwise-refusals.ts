import type { ClassifiedStatement } from '../sql/script-statements';

/** Something that means what it says only inside one transaction. */
export interface StepwiseRefusal {
  /** Offset of the statement in its script. */
  readonly start: number;
  readonly problem: string;
}

const COMMITS_EACH = 'this file is not one transaction, each statement commits for itself';

/** What would be without effect, in silence, where each statement is a transaction of its own. */
export function stepwiseRefusals(statements: readonly ClassifiedStatement[]): StepwiseRefusal[] {
  const found = statements.find(({ kind }) => kind.kind === 'non-transactional')?.kind;
  const elsewhere = `move ${found && 'what' in found ? found.what : 'what needs no transaction'} into a migration of its own`;
  return statements.flatMap(({ kind, start }): StepwiseRefusal[] => {
    if (kind.kind === 'setting' && kind.what === 'SET CONSTRAINTS') {
      const problem = `SET CONSTRAINTS holds until the next commit, and ${COMMITS_EACH}; take it out, or ${elsewhere}`;
      return [{ start, problem }];
    }
    if (kind.kind === 'transaction-control' && kind.savepoint !== undefined) {
      const problem = `${kind.what} needs a transaction around it, and ${COMMITS_EACH}; take it out, or ${elsewhere}`;
      return [{ start, problem }];
    }
    if (kind.kind === 'transactional' && kind.setsLocal) {
      const problem = `what set_config sets here ends with its transaction, and ${COMMITS_EACH}; write SELECT set_config(…) as a statement with nothing else in it, and true or false as its third argument, or ${elsewhere}`;
      return [{ start, problem }];
    }
    return [];
  });
}

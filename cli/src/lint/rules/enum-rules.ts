import type { LintFinding } from '../finding';
import { findingAt } from '../place';
import type { LintedMigration, LintedStatement } from '../read-units';

/** PostgreSQL lets a new value of an enum be used only after the transaction that added it has committed. */
export function enumFindings({ migration, mode, directive, statements }: LintedMigration): LintFinding[] {
  if (mode !== 'transactional') return [];
  const madeHere = new Set(statements.flatMap(({ effects }) => effects.createsTypes.map(({ name }) => name)));
  return statements.flatMap((statement, index) => {
    const added = addedValue(statement);
    if (!added || madeHere.has(added.type)) return [];
    const use = statements.slice(index + 1).find((later) => uses(later, added.value));
    if (!use) return [];
    const message = `uses the value ${added.value} that the enum ${added.type} gets in the same file; PostgreSQL allows that only after a commit`;
    const isForced = directive === 'transaction';
    return [
      findingAt(migration, use.start, {
        ...{ rule: 'enum-value-used', severity: isForced ? 'error' : 'warning' },
        message: isForced
          ? message
          : `${message}, so the runner has to run the file statement by statement, and Drizzle's own migrator fails`,
        remedy: 'put ALTER TYPE … ADD VALUE and the first use of the value into two migrations',
      }),
    ];
  });
}

function addedValue({ node }: LintedStatement): { type: string; value: string } | undefined {
  if (!node || !('AlterEnumStmt' in node)) return undefined;
  const { newVal, oldVal, typeName } = node.AlterEnumStmt;
  const last = typeName?.at(-1);
  if (newVal === undefined || oldVal !== undefined || !last || !('String' in last)) return undefined;
  return { type: last.String.sval ?? '', value: newVal };
}

/** Only where the value is certainly read as one: a default, a row, a comparison; text of a function is not run now. */
function uses({ node, text, effects }: LintedStatement, value: string): boolean {
  const literal = `'${value.replaceAll("'", "''")}'`;
  if (!text.includes(literal)) return false;
  if (effects.changesData !== 'nothing') return true;
  return node !== undefined && ('AlterTableStmt' in node || 'CreateStmt' in node || 'IndexStmt' in node);
}

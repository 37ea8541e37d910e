import { plural } from '../../report/plural';
import type { Tell } from '../../report/reporter';
import type { RunContext } from '../../run-context';
import { quoteIdentifier } from '../../sql/quote';
import { tableOf } from './read-target';
import type { Restored, RestoredCopy } from './restore-copies';

/** Says what came back, what did not and why, and what was done with triggers and sequences meanwhile. */
export function reportRestored(restored: Restored, { reporter }: RunContext): void {
  const { schema, copies, triggers, sequences, notApplied, undone } = restored;
  const isPart = copies.some(({ isThere, columnsMissing }) => !isThere || columnsMissing.length > 0);
  const tell: Tell<'info' | 'warn'> = isPart ? reporter.warn : reporter.info;
  tell(
    'kept_restored',
    `committed: put back ${isPart ? 'a part of ' : ''}what is kept in ${schema}; the copies stay until they are removed`,
    {
      ...restored,
      detail: copies.flatMap(linesOf).join('\n'),
      // Who removed the copies now would lose what is not back.
      remedy: isPart
        ? `keep the copies: when ${undone.join(', ')} is applied again (migrate), restore once more`
        : `look at the tables; then remove the copies: drizzle-gate rollback kept remove ${schema}`,
    },
  );
  for (const migration of notApplied) {
    reporter.warn(
      'kept_warning',
      `${migration} is not in the history as it was rolled back, so only values that are NULL were put back into its columns`,
      { migration },
    );
  }
  if (triggers.length > 0) {
    reporter.warn(
      'kept_warning',
      `${plural(triggers.length, 'trigger')} did not fire for the rows that came back: ${triggers.join(', ')}`,
      { remedy: 'if something must learn of these rows, tell it yourself' },
    );
  }
  if (sequences.length > 0) {
    reporter.info(
      'kept_restored',
      `moved ${plural(sequences.length, 'sequence')} on: ${sequences.join(', ')}`,
      {
        sequences,
      },
    );
  }
}

function linesOf(copy: RestoredCopy): string[] {
  const name = tableOf({ copy });
  if (!copy.isThere)
    return [
      `- ${name}: not there; ${plural(copy.kept, 'row')} ${copy.kept === 1 ? 'stays' : 'stay'} kept in ${copy.copy}`,
    ];
  const lines: string[] = [];
  if (copy.rows !== undefined) {
    const there = copy.rowsThere
      ? `; ${plural(copy.rowsThere, 'row')} with their key or values were there`
      : '';
    lines.push(`- ${name}: ${plural(copy.rows, 'row')} put back${there}`);
  }
  for (const { column, restored, same, changed, gone } of copy.columns) {
    const others = [
      same > 0 && `${same} were there`,
      changed > 0 &&
        `${changed} left as they are, because their rows were written since and hold another value`,
      gone > 0 && `${gone} without a row now`,
    ].filter(Boolean);
    lines.push(
      `- ${name}.${quoteIdentifier(column)}: ${[`${plural(restored, 'value')} put back`, ...others].join('; ')}`,
    );
  }
  for (const column of copy.columnsMissing)
    lines.push(`- ${name}.${quoteIdentifier(column)}: not there; its values stay kept`);
  return lines;
}

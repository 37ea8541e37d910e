import type { Session } from '../../database/session';
import { readKept } from '../../kept/kept-index';
import { KEPT_INDEX, keptName } from '../../kept/kept-schema';
import { numbered, rowText, SAME_NUMBERED } from '../../kept/restore/numbered';
import {
  commonColumns,
  keptValue,
  onlyTableOf,
  readTarget,
  type Target,
  tableOf,
} from '../../kept/restore/read-target';
import { quoteIdentifier } from '../../sql/quote';
import { keepError } from './keep-error';
import type { Kept } from './keep-losses';

/**
 * Takes rows that the scripts have left in their table out of its copy, after they ran and before the commit: what a
 * DELETE did not reach is not lost, and must not come back later, when the application has removed it itself. Only a row
 * that is there with every value it had is left: under the same name and key there can be another table, or other values.
 */
export async function trimKept(session: Session, kept: Kept): Promise<void> {
  await session.execute('set local row_security = off');
  const { schemas } = await readKept(session);
  const copies = schemas.find(({ name }) => name === kept.schema)?.copies ?? [];
  for (const copy of copies) {
    const target = copy.isWhole ? await readTarget(session, copy) : undefined;
    if (target) await trim(session, kept.schema, target);
  }
  await session.execute('set local row_security to default');
}

async function trim(session: Session, schema: string, target: Target): Promise<void> {
  const stored = target.copy.columns.filter(({ isGenerated }) => !isGenerated);
  if (commonColumns(target).length < stored.length) return;
  const copy = keptName(schema, target.copy.copy);
  try {
    await session.query(
      `with left_over as (delete from ${copy} k ${leftIn(target, copy)} returning 1)
       update ${keptName(schema, KEPT_INDEX)} set row_count = row_count - (select count(*) from left_over) where copy = $1`,
      [target.copy.copy],
    );
  } catch (error) {
    throw keepError(error, `what is left of ${tableOf(target)} can not be told from what is lost`);
  }
}

function leftIn(target: Target, copy: string): string {
  const columns = commonColumns(target);
  if (target.key) {
    const same = target.key.map((name) => `t.${quoteIdentifier(name)} = ${keptValue(target, name)}`);
    return `using ${onlyTableOf(target)} t where ${same.join(' and ')} and ${rowText('t', columns)} = ${rowText('k', columns)}`;
  }
  return `where k.ctid in (
    select k.drizzle_gate_row from ${numbered('k', copy, columns, 'k.ctid as drizzle_gate_row')} k
      join ${numbered('t', onlyTableOf(target), columns, '1')} t on ${SAME_NUMBERED})`;
}

import { EXIT } from '../../../core/contract';
import { fillRows } from '../rollback/data/fill-rows';
import { renderTable } from '../rollback/data/schemas';
import { type RowsSnapshot, snapshotRows } from '../rollback/data/snapshot-rows';
import { checkCountedLosses } from './counted-losses';
import type { Manifest } from './manifest';
import { judge, type Rehearsal, runStep } from './rehearsal';
import { findKept, restoreKept } from './rehearse-kept';
import { readSchema, renderSchemaChange, type SchemaSummary, schemaDifferences } from './schema-summary';

/** The brief's ten seconds are for people; a rehearsal shows the delay, but does not need it whole. */
const DELAY_SECONDS = '1';
/** Enough for a key that is used twice, and few enough to be quick. */
const ROWS_PER_TABLE = 3;

/** What the database held before the rollback. */
interface Before {
  readonly schema: SchemaSummary;
  readonly rows: RowsSnapshot;
}

/**
 * Rolls back one step with rows in the tables: refused without a token, with its loss counted, done with the token, the
 * rows found again under `kept`, migrated again, the rows restored.
 */
export async function rehearseRollback(rehearsal: Rehearsal, rollback: Manifest): Promise<void> {
  const { sql } = rehearsal.surroundings.database;
  await fillTables(rehearsal);
  const before = { schema: await readSchema(sql), rows: await snapshotRows(sql) };
  const plan = await refuseWithout(rehearsal, rollback, before);
  if (plan) await rollBackWith(plan, rehearsal, rollback, before);
}

/** An empty table can't show that rows are counted, kept and restored. */
async function fillTables({ surroundings, verdict, output }: Rehearsal): Promise<void> {
  const started = Date.now();
  const { filled, failed } = await fillRows(surroundings.database.sql, { rowsPerTable: ROWS_PER_TABLE });
  const rows = filled.reduce((sum, table) => sum + table.rows, 0);
  output.print(`\nrows for the rollback: ${rows} in ${filled.length} tables`);
  for (const { table, reason } of failed) output.print(`  ! ${renderTable(table)} stays empty: ${reason}`);
  verdict.add('fill the tables', 0, Date.now() - started, `${rows} rows in ${filled.length} tables`);
}

interface Plan {
  readonly token: string;
  /** Rows and values that are lost. */
  readonly lost: number;
}

/** @returns the plan; undefined when something is wrong with the refusal. */
async function refuseWithout(
  rehearsal: Rehearsal,
  rollback: Manifest,
  { rows }: Before,
): Promise<Plan | undefined> {
  const { verdict, output } = rehearsal;
  const title = 'refuse an unconfirmed rollback';
  const expected = EXIT.NOT_CONFIRMED.code;
  const refused = await runStep(rehearsal, { title, manifest: rollback, expected });
  if (refused.exitCode === EXIT.NO_ROLLBACK.code) {
    output.print('\n--no-rollback rehearses the migration alone, while there are no rollback scripts');
  }
  if (!verdict.passed) return undefined;
  const lost = checkCountedLosses(rehearsal, refused.events, rows);
  const token = refused.events.find(({ event }) => event === 'rollback_plan')?.token;
  return verdict.passed ? { token: String(token), lost } : undefined;
}

async function rollBackWith(
  { token, lost }: Plan,
  rehearsal: Rehearsal,
  rollback: Manifest,
  before: Before,
): Promise<void> {
  const { migrate, surroundings, verdict, output } = rehearsal;
  const { sql } = surroundings.database;
  output.print(
    `\nconfirming with the token of the plan; the safety delay is shortened to ${DELAY_SECONDS} s for the rehearsal`,
  );
  await runStep(rehearsal, {
    title: 'roll back with the token',
    manifest: rollback,
    variables: { ROLLBACK_CONFIRM: token, ROLLBACK_DELAY_SECONDS: DELAY_SECONDS },
  });
  if (!verdict.passed) return;
  const rolledBack = await readSchema(sql);
  output.print(`\nschema before and after the rollback:\n${renderSchemaChange(before.schema, rolledBack)}`);
  const kept = await findKept(rehearsal, rollback, lost);
  await runStep(rehearsal, { title: 'migrate again', manifest: migrate });
  const started = Date.now();
  const differences = schemaDifferences(before.schema, await readSchema(sql));
  judge(rehearsal, 'the same schema as before', differences, started);
  if (kept !== undefined && verdict.passed) await restoreKept(kept, rehearsal, rollback, before.rows);
}

import { Command, EXIT } from '../../../core/contract';
import { compareRows } from '../rollback/data/compare-rows';
import { renderRowChange } from '../rollback/data/row-change';
import { type RowsSnapshot, snapshotRows } from '../rollback/data/snapshot-rows';
import type { Manifest } from './manifest';
import { judge, type Rehearsal } from './rehearsal';
import { resolveContainer } from './resolve-container';
import { runContainer } from './run-container';

const NAMES = `select nspname as name from pg_catalog.pg_namespace where nspname like 'drizzle\\_gate\\_kept\\_%'`;

/**
 * Looks for what the rollback kept, with the command that a person has for it.
 *
 * @returns the name of the copy; undefined when there is none.
 */
export async function findKept(
  rehearsal: Rehearsal,
  rollback: Manifest,
  lostRows: number,
): Promise<string | undefined> {
  const { sql } = rehearsal.surroundings.database;
  const started = Date.now();
  const [kept] = await sql.unsafe<{ name: string }[]>(NAMES);
  const shown = await runKept([], rehearsal, rollback);
  const found = kept !== undefined && shown.text.includes(kept.name);
  const isWanted = lostRows > 0 && shown.keep !== 'discard';
  const differences = [
    ...(shown.exitCode === 0 ? [] : [`${Command.ROLLBACK_KEPT} ended with exit code ${shown.exitCode}`]),
    ...(found || !isWanted ? [] : [`${lostRows} rows or values were lost, and none is kept`]),
  ];
  judge(
    rehearsal,
    'find the rows under kept',
    differences,
    started,
    kept ? '1 kept copy' : nothingKept(lostRows, shown.keep),
  );
  return kept?.name;
}

function nothingKept(lostRows: number, keep: string | undefined): string {
  return lostRows > 0 && keep === 'discard' ? 'discarded, as ROLLBACK_KEEP says' : 'nothing to keep';
}

/** Puts the kept rows back and compares them with those that were there before the rollback. */
export async function restoreKept(
  name: string,
  rehearsal: Rehearsal,
  rollback: Manifest,
  before: RowsSnapshot,
): Promise<void> {
  const { verdict, surroundings } = rehearsal;
  const started = Date.now();
  const { exitCode } = await runKept([`--restore=${name}`], rehearsal, rollback);
  verdict.add('restore the kept rows', exitCode, Date.now() - started, `exit code ${exitCode}`);
  if (exitCode !== EXIT.OK.code) return;
  const compared = Date.now();
  const { cameBack } = compareRows(before, await snapshotRows(surroundings.database.sql));
  const rows = before.tables.reduce((sum, table) => sum + table.rows.length, 0);
  judge(rehearsal, 'the same rows as before', cameBack.map(renderRowChange), compared, `${rows} rows`);
}

/** Runs the runner in the environment of the rollback's container. */
async function runKept(
  flags: readonly string[],
  { surroundings, output }: Rehearsal,
  rollback: Manifest,
): Promise<{ exitCode: number; text: string; keep: string | undefined }> {
  const [container] = rollback.job.spec.template.spec.containers;
  if (!container) throw new Error(`${rollback.path} has a Job without a container`);
  const args = [Command.ROLLBACK_KEPT, ...flags];
  const { env } = resolveContainer(rollback, container, surroundings);
  output.print(`\nthe runner, in the environment of ${container.name}\n  ┌ ${args.join(' ')}`);
  const { exitCode, events } = await runContainer({ args, env }, output.printEvent, surroundings.signal);
  output.print(`  └ exit code ${exitCode}`);
  return { exitCode, text: JSON.stringify(events), keep: env.ROLLBACK_KEEP };
}

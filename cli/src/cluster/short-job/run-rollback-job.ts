import { deleteCommand, followCommand } from '../follow/stuck-remedies';
import { placeJob } from '../place/place-job';
import { commandPrinter } from './command-printer';
import { type ConfirmedRollback, confirmRollback } from './make-rollback-job';
import { prepareObjects } from './prepare-objects';
import type { ShortJobContext } from './run-short-job';
import { imageOf, type Source } from './source';

/**
 * Applies the RollbackJob for what was confirmed and follows it. The Job waits its safety delay first, and goes on when
 * nobody follows any more.
 *
 * @returns its exit code, or 87 to 89 when it never got that far.
 * @throws the reason of the signal when it aborts.
 */
export async function runRollbackJob(
  source: Source,
  confirmed: ConfirmedRollback,
  context: ShortJobContext,
  replacedKinds: readonly string[],
): Promise<number> {
  const { cluster, follow, signal, stderr } = context;
  const printer = commandPrinter({ ...context, hasDocument: false });
  await prepareObjects(cluster, source, printer.note, replacedKinds);
  signal.throwIfAborted();
  const made = confirmRollback(source.job, confirmed);
  // What was confirmed runs again, whatever became of it the last time: a rollback that stopped midway goes on so.
  const { uid } = await placeJob(cluster, made, { retry: true, print: printer.note });
  const target = { namespace: source.namespace, name: made.metadata?.name ?? '', uid };
  printer.note(
    `Job ${target.name} in namespace ${target.namespace}, made from ${source.from} (${imageOf(source)})`,
  );
  const result = await follow(cluster, target, { printer, signal });
  const { outcome, exitCode, message, remedy } = result;
  if (outcome !== 'succeeded' && outcome !== 'interrupted' && !printer.hasToldFailure) {
    stderr(`✗ ${message ?? `the Job has ended: ${outcome}`} (exit code ${exitCode})\n`);
    if (remedy !== undefined) stderr(`→ ${remedy}\n`);
  }
  if (outcome === 'interrupted' || outcome === 'still running' || outcome === 'lost') {
    printer.note(
      `the Job goes on; to follow it: ${followCommand(target)}; to stop it, as long as it waits its safety delay: ${deleteCommand(target)}`,
    );
  }
  if (outcome === 'interrupted') signal.throwIfAborted();
  return exitCode;
}

import { Command } from '../../../../core/contract';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { redact } from '../../../../runner/src/errors/redact';
import type { ClusterFlags } from '../../cluster/short-job/cluster-flags';
import { rollbackSource } from '../../cluster/short-job/rollback-source';
import { commandLineFor } from '../../cluster/short-job/run-in-cluster';
import { runRollbackJob } from '../../cluster/short-job/run-rollback-job';
import { type ClusterCall, runShortJob, type ShortJobContext } from '../../cluster/short-job/run-short-job';
import type { Source } from '../../cluster/short-job/source';
import { withCluster } from '../../cluster/short-job/with-cluster';
import { confirmedInCluster } from '../../confirm/confirmed-by';
import { askForName, type Terminal } from './ask-for-name';
import type { RollbackRequest } from './run-rollback';

/** The scripts that the plan was made from are those that run: the manifest's. */
const REPLACED = ['ConfigMap'];

/** Shows the plan that a pod makes; its token belongs to the database as pods reach it. */
export function planInCluster(
  { typed, ...call }: Pick<ClusterCall, 'args' | 'variables'> & { readonly typed: readonly string[] },
  flags: ClusterFlags,
): Promise<number> {
  return withCluster(flags, async (context) => {
    const source = await rollbackSource(context.cluster, flags);
    const commandLine = commandLineFor(typed, flags);
    const made = { ...call, commandLine, isWriting: false, replacedKinds: REPLACED };
    const { exitCode, output } = await runShortJob(source, made, context);
    context.stdout(output);
    return exitCode;
  });
}

/**
 * Rolls back in the cluster only what was confirmed: by the token, or on a terminal by a person who has read the plan and
 * types the database's name. The Job has its own safety delay.
 *
 * @returns the Job's exit code; 85 where nobody confirms.
 */
export function rollbackInCluster(request: RollbackRequest, flags: ClusterFlags): Promise<number> {
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  return withCluster(flags, (context) =>
    rollBack(
      request,
      flags,
      context,
      isTerminal ? { input: stdin, output: stdout, signal: context.signal } : undefined,
    ),
  );
}

/** @param terminal where a person can be asked. */
export async function rollBack(
  request: RollbackRequest,
  flags: ClusterFlags,
  context: ShortJobContext,
  terminal: Terminal | undefined,
): Promise<number> {
  const { to: target, discard } = request;
  const source = await rollbackSource(context.cluster, flags);
  const typed = ['rollback', 'run', '--to', target, ...(discard ? ['--discard'] : [])];
  const commandLine = commandLineFor(typed, flags);
  const given = request.confirm ?? process.env.ROLLBACK_CONFIRM?.trim();
  const confirmed = given
    ? { token: given, exitCode: 0 }
    : await confirm(source, { target, discard, commandLine }, context, terminal);
  if (confirmed.token === undefined) return confirmed.exitCode;
  const { token } = confirmed;
  const by = await confirmedInCluster(context.cluster);
  return runRollbackJob(source, { target, token, by, discard, commandLine }, context, REPLACED);
}

interface Planned {
  readonly target: string;
  readonly discard?: boolean | undefined;
  readonly commandLine: string;
}

/** @throws GateError: 85 without a person or for another name, 130 when it was interrupted; nothing is changed then. */
async function confirm(
  source: Source,
  { target, discard, commandLine }: Planned,
  context: ShortJobContext,
  terminal: Terminal | undefined,
): Promise<{ exitCode: number; token?: string }> {
  const { exitCode, events } = await runShortJob(
    source,
    {
      ...{ args: [Command.ROLLBACK_PLAN], commandLine, isWriting: false, replacedKinds: REPLACED },
      variables: { ROLLBACK_TARGET: target, ...(discard && { ROLLBACK_KEEP: 'discard' }) },
      // Who is asked next need not be told how to go on.
      hidden: terminal ? ['rollback_next'] : [],
    },
    context,
  );
  const plan = events.findLast(({ event }) => event === 'rollback_plan');
  const { token, database } = (plan ?? {}) as { token?: unknown; database?: unknown };
  if (exitCode !== 0 || typeof token !== 'string' || typeof database !== 'string') return { exitCode };
  if (!terminal) {
    throw new GateError('NOT_CONFIRMED', 'the plan is not confirmed, so nothing was changed', {
      remedy: `read the plan above; to confirm exactly it, run: ${commandLine} --confirm ${token}`,
    });
  }
  const { cluster } = context;
  const where = `${database}, by pods of the namespace ${source.namespace} of ${cluster.context}`;
  const typed = (
    await askForName(redact(`type the database's name (${where}) to roll back: `), terminal)
  ).trim();
  if (typed === database) return { exitCode, token };
  throw new GateError(
    'NOT_CONFIRMED',
    `${JSON.stringify(typed)} is not the name of the database (${database}), so nothing was changed`,
    { remedy: 'read the plan above again, and run the command again if it is what you want' },
  );
}

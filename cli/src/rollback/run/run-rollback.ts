import { Command, EXIT } from '../../../../core/contract';
import { readSettings, requireConnection } from '../../../../runner/src/config/settings';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { paletteFor } from '../../../../runner/src/terminal/palette';
import { confirmedBy } from '../../confirm/confirmed-by';
import { environmentOf, forward, type RunnerCall } from '../../forward';
import { withInterrupt } from '../../interrupt';
import { askForName } from './ask-for-name';
import { countDown } from './count-down';
import { showPlan } from './show-plan';

export interface RollbackRequest {
  /** The last migration that stays. */
  readonly to: string;
  /** The token of the plan; without it a person is asked, where there is one. */
  readonly confirm?: string | undefined;
  readonly discard?: boolean | undefined;
  readonly migrations?: string | undefined;
}

/**
 * Rolls back only what was confirmed: by the token, or on a terminal by a person who has read the plan and types the
 * database's name.
 *
 * @returns the exit code; 85 with the plan where nobody confirms it.
 */
export async function runRollback(request: RollbackRequest): Promise<number> {
  const token = request.confirm ?? process.env.ROLLBACK_CONFIRM?.trim();
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (token || !isTerminal) return runAsJob(request, token);
  const confirmed = await withInterrupt((signal) => confirmOnTerminal(request, signal));
  if (confirmed.token === undefined) return confirmed.exitCode;
  return forward(callOf(Command.ROLLBACK, request, confirmed.token));
}

/** The two containers of the Job, one after the other: the first refuses or waits, the second does it. */
async function runAsJob(request: RollbackRequest, token: string | undefined): Promise<number> {
  const checked = await forward(callOf(Command.ROLLBACK_PREFLIGHT, request, token));
  return checked === EXIT.OK.code ? forward(callOf(Command.ROLLBACK, request, token)) : checked;
}

/** @throws GateError: 85 for another name, 130 when it was interrupted; nothing is changed then. */
async function confirmOnTerminal(
  request: RollbackRequest,
  signal: AbortSignal,
): Promise<{ exitCode: number; token?: string | undefined }> {
  const call = callOf(Command.ROLLBACK_PLAN, request, undefined);
  const settings = readSettings(environmentOf(call));
  const { host, port, database } = requireConnection(settings);
  const { stdin: input, stdout: output } = process;
  const print = (text: string) => void output.write(text);
  const palette = paletteFor(output, process.env);
  const shown = await showPlan(call, { print: (line) => print(`${line}\n`), palette }, signal);
  if (shown.token === undefined) return shown;
  // On a laptop the shell may point anywhere: the person must see where this would happen.
  const question = `type the database's name (${database}, on ${host}:${port}) to roll back: `;
  const typed = (await askForName(question, { input, output, signal })).trim();
  if (typed !== database) {
    throw new GateError(
      'NOT_CONFIRMED',
      `${JSON.stringify(typed)} is not the name of the database (${database}), so nothing was changed`,
      { remedy: 'read the plan above again, and run the command again if it is what you want' },
    );
  }
  await countDown(settings.rollback.delay / 1000, print, signal);
  return shown;
}

function callOf(
  command: string,
  { to, discard, migrations }: RollbackRequest,
  token: string | undefined,
): RunnerCall {
  return {
    args: [command],
    typed: ['rollback', 'run', '--to', to, ...(discard ? ['--discard'] : [])],
    variables: {
      ROLLBACK_TARGET: to,
      ROLLBACK_CONFIRM: token ?? '',
      CONFIRMED_BY: confirmedBy(),
      ...(discard && { ROLLBACK_KEEP: 'discard' }),
    },
    migrations,
  };
}

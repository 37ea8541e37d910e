import { setTimeout as sleep } from 'node:timers/promises';
import { GateError } from '../errors/gate-error';
import type { RunContext } from '../run-context';

/**
 * Waits before a rollback, second by second, so that a person can still stop it. On a terminal each second is told; a log
 * has enough with some of them.
 *
 * @throws GateError (75) when one does.
 */
export async function safetyDelay({
  settings,
  reporter,
  signal,
  isTerminal,
  commandLine,
}: Pick<RunContext, 'settings' | 'reporter' | 'signal' | 'isTerminal' | 'commandLine'>): Promise<void> {
  const stop = howToStop(commandLine);
  const seconds = settings.rollback.delay / 1000;
  for (let left = seconds; left > 0; left--) {
    if (isTerminal || left === seconds || left <= 3 || left % 5 === 0) {
      reporter.warn('rollback_delay', `rolling back in ${left} s; stop it now ${stop}`, {
        seconds_left: left,
      });
    }
    await sleep(1000, undefined, { signal }).catch(() => {
      throw new GateError('TRY_AGAIN', 'stopped during the safety delay; nothing was changed', {
        remedy: 'start the rollback again when it is wanted',
      });
    });
  }
}

function howToStop(commandLine = ''): string {
  if (commandLine === '') return 'with Ctrl-C or by deleting the Job';
  // Who has called a command of the cluster sees only its log.
  return commandLine.includes(' --in-cluster') ? 'by deleting the Job' : 'with Ctrl-C';
}

import { EMPTY_TARGET } from '../../../core/contract';
import type { DatabaseContext } from '../run-context';
import { callerOf } from './caller';
import type { RollbackPlan } from './plan';

/** Says as the last of a plan what carries out exactly it: the command of a person, and the variables of the Job. */
export function reportNext({ target, database, token }: RollbackPlan, context: DatabaseContext): void {
  const command = callerOf(context).command?.(token);
  const variables = `ROLLBACK_TARGET=${target?.tag ?? EMPTY_TARGET} ROLLBACK_CONFIRM=${token}`;
  // The token is that of the address, too: a port-forward is another one than the cluster's.
  const where = `with the Job, where that reaches the database as ${database.host}:${database.port} as well`;
  context.reporter.info('rollback_next', 'to carry out exactly this plan:', {
    ...(command !== undefined && { command_line: command }),
    variables,
    detail: command === undefined ? variables : `${command}\n${where}:\n${variables}`,
  });
}

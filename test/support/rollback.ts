import type { ExitName } from '../../core/contract';
import { environment, expectExit, named, type RunnerOptions, type RunnerResult, runRunner } from './runner';

type Env = Readonly<Record<string, string>>;

/** The runner on one database and one folder, as somebody calls it who rolls back. */
export interface RollbackRunner {
  run(command: string, env?: Env, more?: Partial<RunnerOptions>): Promise<RunnerResult>;
  /** Asks for the plan, as somebody who has not confirmed anything, and gives its token. */
  token(target: string, env?: Env): Promise<string>;
  /** Asks for the token and rolls back with it. */
  rollback(target: string, exit: ExitName, env?: Env): Promise<RunnerResult>;
}

export function rollbackRunner(url: string, folder: string): RollbackRunner {
  const run: RollbackRunner['run'] = (command, env = {}, more = {}) =>
    runRunner({ args: command.split(' '), env: environment(url, folder, env), limit: 60_000, ...more });
  const token: RollbackRunner['token'] = async (target, env = {}) => {
    const asked = await run('rollback', { ROLLBACK_TARGET: target, ...env });
    expectExit(asked, 'NOT_CONFIRMED');
    return String(named(asked, 'rollback_plan')[0]?.token);
  };
  return {
    run,
    token,
    rollback: async (target, exit, env = {}) => {
      const ROLLBACK_CONFIRM = await token(target, env);
      const result = await run('rollback', { ROLLBACK_TARGET: target, ROLLBACK_CONFIRM, ...env });
      expectExit(result, exit);
      return result;
    },
  };
}

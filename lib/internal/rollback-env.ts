import { Duration, type Size, SizeRoundingBehavior } from 'cdk8s';
import type { EnvValue } from 'cdk8s-plus-28';
import { ENV } from '../../core/contract';
import type { RollbackOptions } from '../rollback-job';
import { literal } from './literal';
import type { Problems } from './problems';
import { durationValue } from './runner-env';
import { wholeNumberProblem } from './syntax';

/** The variables of the rollback alone; those with a fault go to `problems`. What is left out, the runner decides. */
export function rollbackEnv(problems: Problems, options: RollbackOptions): { [name: string]: EnvValue } {
  const { target, confirmation, confirmedBy, delay, keep, keepLimit, countLimit, tokenLifetime } = options;
  if (countLimit !== undefined) {
    problems.check('countLimit', wholeNumberProblem(countLimit, ...ENV.ROLLBACK_COUNT_LIMIT.range));
  }
  const values: { [name: string]: string | undefined } = {
    ROLLBACK_TARGET: target,
    // Empty on purpose: a reviewer sees that there is none.
    ROLLBACK_CONFIRM: confirmation ?? '',
    CONFIRMED_BY: confirmedBy,
    ROLLBACK_DELAY_SECONDS: durationValue(
      problems,
      'delay',
      'ROLLBACK_DELAY_SECONDS',
      delay ?? Duration.seconds(10),
    ),
    ROLLBACK_TOKEN_SECONDS: durationValue(problems, 'tokenLifetime', 'ROLLBACK_TOKEN_SECONDS', tokenLifetime),
    ROLLBACK_COUNT_LIMIT: countLimit === undefined ? undefined : String(countLimit),
    ROLLBACK_KEEP: keep,
    ROLLBACK_KEEP_LIMIT_MB: keepLimitValue(problems, keepLimit),
  };
  const env: { [name: string]: EnvValue } = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) env[name] = literal(value);
  }
  return env;
}

function keepLimitValue(problems: Problems, limit: Size | undefined): string | undefined {
  if (limit === undefined) return undefined;
  const value = limit.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  const [min, max] = ENV.ROLLBACK_KEEP_LIMIT_MB.range;
  if (!Number.isInteger(value) || value < min || value > max) {
    problems.add(
      'keepLimit',
      `${value} mebibytes is out of range; give a whole number of mebibytes from ${min} to ${max}`,
    );
  }
  return String(value);
}

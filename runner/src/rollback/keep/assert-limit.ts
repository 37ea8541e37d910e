import { GateError } from '../../errors/gate-error';
import { renderBytes } from '../../report/bytes';
import type { DatabaseContext } from '../../run-context';
import { callerOf } from '../caller';
import { describeSource, type Measured } from './measure';

/** @throws GateError (85) with the sizes when the copies take more than may be kept. */
export function assertWithinLimit(
  copies: readonly Measured[],
  context: DatabaseContext,
  verb: 'would take' | 'take',
): void {
  const { keepLimit } = context.settings.rollback;
  const total = copies.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= keepLimit) return;
  const sizes = [...copies]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ source, bytes }) => `- ${describeSource(source)}: ${renderBytes(bytes)}`);
  throw new GateError(
    'NOT_CONFIRMED',
    `the copies of what is lost ${verb} ${renderBytes(total)}, but ROLLBACK_KEEP_LIMIT_MB allows ${renderBytes(keepLimit)}, so nothing was changed`,
    {
      detail: sizes.join('\n'),
      remedy: `raise ROLLBACK_KEEP_LIMIT_MB to ${Math.ceil(total / 2 ** 20)} or more, or lose these rows for good with ${callerOf(context).discard}`,
    },
  );
}

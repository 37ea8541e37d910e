import { EMPTY_TARGET } from '../../../core/contract';
import type { Journal } from '../../../core/journal';
import { GateError } from '../errors/gate-error';
import type { RunContext } from '../run-context';
import { callerOf } from './caller';

/** @throws GateError (78) when nobody said what stays; that is known before there is a connection. */
export function requireTarget(context: RunContext): (journal: Journal) => void {
  return ({ migrations }) => {
    if (context.settings.rollback.target !== undefined) return;
    const tags = migrations.map(({ tag }) => tag);
    throw new GateError(
      'CONFIG',
      `${callerOf(context).target} is unset; it says which migration stays as the last one applied`,
      {
        remedy: `give one that is applied (${tags.slice(-5).join(', ') || 'none is'}), or "${EMPTY_TARGET}"`,
      },
    );
  };
}

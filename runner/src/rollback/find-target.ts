import { EMPTY_TARGET } from '../../../core/contract';
import { type Journal, matchTarget } from '../../../core/journal';
import { GateError } from '../errors/gate-error';
import { BY_VARIABLES, type Caller } from './caller';
import type { RollbackMember } from './member';

/**
 * The last migration that stays applied; undefined when none does. It need not have a file here.
 *
 * @throws GateError (78) for a target that is unset, unknown, ambiguous or not applied.
 */
export function findTarget(
  { migrations }: Pick<Journal, 'migrations'>,
  known: readonly RollbackMember[],
  wanted: string | undefined,
  caller: Pick<Caller, 'target'> = BY_VARIABLES,
): RollbackMember | undefined {
  const applied = known.map(({ tag }) => tag);
  const choices = `give one that is applied (${applied.slice(-5).join(', ') || 'none is'}), or "${EMPTY_TARGET}"`;
  const refusal = (problem: string, remedy = choices) => new GateError('CONFIG', problem, { remedy });
  if (wanted === undefined) {
    throw refusal(`${caller.target} is unset; it says which migration stays as the last one applied`);
  }
  if (wanted === EMPTY_TARGET) return undefined;
  const shown = `${caller.target} is ${JSON.stringify(wanted)}`;
  const meant = matchTarget([...new Set([...migrations.map(({ tag }) => tag), ...applied])], wanted);
  const [tag] = meant;
  if (tag === undefined) throw refusal(`${shown}, but no migration has this name`);
  if (meant.length > 1) {
    throw refusal(
      `${shown}, which ${meant.length} migrations begin with`,
      `give the whole name: ${meant.join(' or ')}`,
    );
  }
  const target = known.find((member) => member.tag === tag);
  if (!target) throw refusal(`${shown}, which is not applied`);
  return target;
}

import { didYouMean } from '../../../runner/src/errors/closest';
import { GateErrors } from '../../../runner/src/errors/gate-error';
import { OWN_RULES } from './rule-names';
import { squawkBinary } from './squawk/binary';
import { NOT_NEEDED, OPINIONS } from './squawk/rules';
import { isSquawkRule } from './squawk/run-squawk';

export interface NamedRules {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether its program may be asked for the names of its rules. */
  readonly squawk: boolean;
  readonly signal: AbortSignal;
}

/**
 * A rule that is mistyped would be left in, or out, in silence.
 *
 * @throws GateErrors (64)
 */
export async function refuseUnknownRules({ include, exclude, squawk, signal }: NamedRules): Promise<void> {
  const opinions = include.filter((rule) => !OPINIONS.has(rule));
  if (opinions.length > 0) {
    throw new GateErrors(
      'USAGE',
      opinions.map((rule) => `--include ${rule} is no rule that is left out otherwise`),
      `give one of ${[...OPINIONS].join(', ')}`,
    );
  }
  const known = [...Object.keys(OWN_RULES), ...Object.keys(NOT_NEEDED), ...OPINIONS];
  const unknown: string[] = [];
  for (const rule of squawk ? exclude : []) {
    if (known.includes(rule) || (await isSquawkRule(squawkBinary(), rule, signal))) continue;
    unknown.push(rule);
  }
  if (unknown.length === 0) return;
  throw new GateErrors(
    'USAGE',
    unknown.map((rule) => `--exclude ${rule} is no rule${didYouMean(rule, known)}`),
    'give the name that a finding has in brackets',
  );
}

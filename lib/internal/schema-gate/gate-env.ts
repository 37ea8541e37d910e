import type { EnvValue } from 'cdk8s-plus-28';
import { matchTarget, type SchemaExpectation } from '../../../core/journal';
import type { SchemaGateProps } from '../../schema-gate-props';
import { SchemaRange } from '../../schema-range';
import { literal } from '../literal';
import { type Problems, shown } from '../problems';
import { durationValue, runnerEnv } from '../runner-env';

/** The variables of `wait`; what is wrong goes to `problems`. */
export function gateEnv(problems: Problems, props: SchemaGateProps): { [name: string]: EnvValue } {
  const { migrations, migrationsSchema, migrationsTable, connectTimeout, logFormat, range } = props;
  const { oldest, maxNewer } = (range ?? SchemaRange.anyNewer())._options;
  if (migrations.tags?.length === 0) {
    problems.add(
      'migrations',
      'the folder has no migrations, so there is nothing to wait for; add the first',
    );
  }
  const values: { [name: string]: string | undefined } = {
    ...expectationEnv('WAIT_', migrations._expectation()),
    ...oldestEnv(problems, props, oldest),
    WAIT_MAX_NEWER: maxNewer?.toString(),
    WAIT_TIMEOUT_SECONDS: durationValue(problems, 'timeout', 'WAIT_TIMEOUT_SECONDS', props.timeout),
  };
  const env = runnerEnv(problems, {
    ...{ migrations, migrationsSchema, migrationsTable, connectTimeout, logFormat },
  });
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) env[name] = literal(value);
  }
  return env;
}

/** As the runner resolves it where the folder is not available at synth. */
function oldestEnv(
  problems: Problems,
  { migrations }: SchemaGateProps,
  oldest: string | undefined,
): { [name: string]: string | undefined } {
  const { tags } = migrations;
  if (oldest === undefined) return {};
  if (!tags) return { WAIT_OLDEST_MIGRATION: oldest };
  const [tag, ...others] = matchTarget(tags, oldest);
  if (tag !== undefined && others.length === 0) {
    return expectationEnv('WAIT_OLDEST_', migrations._expectation(tag));
  }
  const problem =
    tag === undefined
      ? `is no migration of the journal; give a tag, for example ${shown(tags.at(-1) ?? '')}`
      : `can mean ${[tag, ...others].join(' or ')}; give the whole tag`;
  problems.add('range', `${shown(oldest)} ${problem}`);
  return {};
}

function expectationEnv(
  prefix: string,
  expectation: SchemaExpectation | undefined,
): { [name: string]: string } {
  if (!expectation) return {};
  const { last, count, digest } = expectation;
  return {
    [`${prefix}MIGRATION`]: last,
    [`${prefix}COUNT`]: String(count),
    [`${prefix}DIGEST`]: digest,
  };
}

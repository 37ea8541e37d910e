import type { Duration } from 'cdk8s';
import type { EnvValue } from 'cdk8s-plus-28';
import { CONTRACT_VERSION, ENV, type EnvName } from '../../core/contract';
import type { GateJobProps, RunnerSettings } from '../gate-job-props';
import { literal } from './literal';
import { type Problems, shown } from './problems';
import { envNameProblem, wholeNumberProblem } from './syntax';

type DurationProp = 'lockWait' | 'lockTimeout' | 'statementTimeout' | 'connectTimeout' | 'connectRetry';

const DURATIONS: readonly (readonly [DurationProp, EnvName])[] = [
  ['lockWait', 'LOCK_WAIT_SECONDS'],
  ['lockTimeout', 'LOCK_TIMEOUT_MS'],
  ['statementTimeout', 'STATEMENT_TIMEOUT_MS'],
  ['connectTimeout', 'CONNECT_TIMEOUT_SECONDS'],
  ['connectRetry', 'CONNECT_RETRY_SECONDS'],
];

/**
 * Variables that have a prop of their own (or none, on purpose), so that `env` can't contradict what synth
 * checked.
 */
const OWNED: { readonly [name: string]: string } = {
  ...Object.fromEntries(DURATIONS.map(([prop, name]) => [name, `set ${prop} instead`])),
  DATABASE_URL: 'give credentials instead',
  DATABASE_URL_FILE: 'give credentials instead',
  MIGRATIONS_FOLDER: 'give migrations instead',
  MIGRATIONS_SCHEMA: 'set migrationsSchema instead',
  MIGRATIONS_TABLE: 'set migrationsTable instead',
  MIGRATIONS_DIGEST: 'leave it out, it comes from migrations',
  OUT_OF_ORDER: 'set outOfOrder instead',
  ACCEPT_EDITED: 'set acceptEdited instead',
  ALLOW_DIVERGED: 'set allowDiverged instead',
  LOCK_RETRIES: 'set lockRetries instead',
  LOG_FORMAT: 'set logFormat instead',
  TRANSACTION_MODE: 'set transactionMode instead',
  SHOW_ERROR_DETAIL: 'set showErrorDetail instead',
  CONTRACT_VERSION: 'leave it out, it belongs to the library',
  JOB_NAME: 'leave it out, the record of a run needs it',
  POD_NAME: 'leave it out, the record of a run needs it',
  IMAGE: 'leave it out, the record of a run needs it',
  GRANT_STATUS_TO: 'set grantStatusTo instead',
  ROLLBACK_FOLDER: 'give scripts of a RollbackJob instead',
  ROLLBACK_TARGET: 'set target of a RollbackJob instead',
  ROLLBACK_CONFIRM: 'set confirmation of a RollbackJob instead',
  CONFIRMED_BY: 'set confirmedBy of a RollbackJob instead',
  ROLLBACK_DELAY_SECONDS: 'set delay of a RollbackJob instead',
  ROLLBACK_TOKEN_SECONDS: 'set tokenLifetime of a RollbackJob instead',
  ROLLBACK_COUNT_LIMIT: 'set countLimit of a RollbackJob instead',
  ROLLBACK_KEEP: 'set keep of a RollbackJob instead',
  ROLLBACK_KEEP_LIMIT_MB: 'set keepLimit of a RollbackJob instead',
  WAIT_TIMEOUT_SECONDS: 'set timeout of a SchemaGate instead',
  WAIT_MAX_NEWER: 'set range of a SchemaGate instead',
  WAIT_OLDEST_MIGRATION: 'set range of a SchemaGate instead',
  WAIT_OLDEST_COUNT: 'set range of a SchemaGate instead',
  WAIT_OLDEST_DIGEST: 'set range of a SchemaGate instead',
  WAIT_MIGRATION: 'give migrations of a SchemaGate instead',
  WAIT_COUNT: 'give migrations of a SchemaGate instead',
  WAIT_DIGEST: 'give migrations of a SchemaGate instead',
} satisfies { [name in EnvName | 'DATABASE_URL_FILE']?: string };

type RunnerProps = RunnerSettings & Pick<GateJobProps, 'migrations'>;

/** The variables that follow from props; those with a fault go to `problems`. */
export function runnerEnv(problems: Problems, props: RunnerProps): { [name: string]: EnvValue } {
  const values: { [name: string]: string | undefined } = {
    MIGRATIONS_FOLDER: props.migrations.path,
    MIGRATIONS_DIGEST: props.migrations.digest,
    ...settings(problems, props),
    CONTRACT_VERSION,
  };
  const env: { [name: string]: EnvValue } = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) env[name] = literal(value);
  }
  return env;
}

function settings(problems: Problems, props: RunnerProps): { [name: string]: string | undefined } {
  const values: { [name: string]: string | undefined } = {};
  for (const prop of ['migrationsSchema', 'migrationsTable'] as const) {
    const value = props[prop];
    if (value !== undefined && (value === '' || Buffer.byteLength(value) > 63)) {
      problems.add(prop, `${shown(value)} is not a PostgreSQL name; write 1 to 63 bytes`);
    }
  }
  values.MIGRATIONS_SCHEMA = props.migrationsSchema;
  values.MIGRATIONS_TABLE = props.migrationsTable;
  for (const [prop, name] of DURATIONS) values[name] = durationValue(problems, prop, name, props[prop]);
  if (props.lockRetries !== undefined) {
    const [min, max] = ENV.LOCK_RETRIES.range;
    problems.check('lockRetries', wholeNumberProblem(props.lockRetries, min, max));
    values.LOCK_RETRIES = String(props.lockRetries);
  }
  values.TRANSACTION_MODE = props.transactionMode;
  values.OUT_OF_ORDER = props.outOfOrder;
  values.ACCEPT_EDITED = acceptedEdits(problems, props);
  values.ALLOW_DIVERGED = props.allowDiverged === undefined ? undefined : String(props.allowDiverged);
  values.LOG_FORMAT = props.logFormat;
  if (props.showErrorDetail !== undefined) values.SHOW_ERROR_DETAIL = String(props.showErrorDetail);
  return values;
}

function acceptedEdits(problems: Problems, { acceptEdited, migrations }: RunnerProps): string | undefined {
  for (const tag of acceptEdited ?? []) {
    if (tag.includes(',') || tag.trim() !== tag || tag === '') {
      problems.add(
        'acceptEdited',
        `${shown(tag)} is no tag; give one tag for each migration, without commas or spaces`,
      );
    } else if (migrations.tags && !migrations.tags.includes(tag)) {
      problems.add('acceptEdited', `${shown(tag)} is no migration of the journal; correct or remove it`);
    }
  }
  return acceptEdited?.length ? acceptEdited.join(',') : undefined;
}

/** A Duration in the unit that the name of the variable ends in, if it lies in the range of the contract. */
export function durationValue(
  problems: Problems,
  prop: string,
  name: EnvName,
  duration: Duration | undefined,
): string | undefined {
  if (duration === undefined) return undefined;
  const inMilliseconds = name.endsWith('_MS');
  const unit = inMilliseconds ? 'milliseconds' : 'seconds';
  const value = inMilliseconds
    ? duration.toMilliseconds({ integral: false })
    : duration.toSeconds({ integral: false });
  const { range } = ENV[name] as { range?: readonly [number, number] };
  const [min, max] = range ?? [0, Number.MAX_SAFE_INTEGER];
  if (!Number.isInteger(value) || value < min || value > max) {
    problems.add(
      prop,
      `${value} ${unit} is out of range; give a whole number of ${unit} from ${min} to ${max}`,
    );
  }
  return String(value);
}

/** A variable and the one that names its file say the same; given both, the runner would refuse to run. */
function isGiven(name: string, own: { readonly [name: string]: EnvValue }): boolean {
  return [name, `${name}_FILE`, name.replace(/_FILE$/, '')].some((spelling) => spelling in own);
}

/** Where a variable is given that the construct sets from more than one prop. */
function propOf(name: string): string {
  return /^(OTEL_|PUSHGATEWAY_|POD_NAMESPACE)/.test(name) ? 'telemetry' : 'credentials or tls';
}

/** Refuses extra variables that the construct itself sets, or that would bypass its checks. */
export function checkExtraEnv(
  problems: Problems,
  props: Pick<GateJobProps, 'env'>,
  own: { readonly [name: string]: EnvValue },
): void {
  for (const name of Object.keys(props.env ?? {})) {
    problems.check('env', envNameProblem(name));
    const remedy = OWNED[name] ?? (isGiven(name, own) ? `give it in ${propOf(name)} instead` : undefined);
    if (remedy !== undefined) problems.add('env', `${shown(name)} is set by the construct; ${remedy}`);
  }
}

/**
 * A wait that outlasts the Job can't end in its own exit code: the Job would be killed, without a reason in
 * its log.
 */
export function checkDeadline(problems: Problems, props: GateJobProps, deadline: Duration): void {
  for (const [prop, name] of [
    ['lockWait', 'LOCK_WAIT_SECONDS'],
    ['connectRetry', 'CONNECT_RETRY_SECONDS'],
  ] as const) {
    const wait = props[prop]?.toSeconds({ integral: false }) ?? Number(ENV[name].default);
    const limit = deadline.toSeconds({ integral: false });
    if (wait >= limit) {
      problems.add(
        prop,
        `${wait} seconds is not shorter than activeDeadline (${limit} seconds); shorten ${prop} or lengthen activeDeadline`,
      );
    }
  }
}

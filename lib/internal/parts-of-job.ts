import type { DatabaseCredentials } from '../credentials';
import type { GateJobProps } from '../gate-job-props';
import type { GateJobKind } from './gate-job-kind';
import type { Login } from './login';
import { meshParts } from './mesh/mesh-parts';
import { combineParts, type PodParts } from './pod-parts';
import { type Problems, shown } from './problems';
import { telemetryParts } from './telemetry/telemetry-parts';

/** Everything that the props of a Job add to its pod. */
export function partsOf(
  problems: Problems,
  props: GateJobProps,
  credentials: DatabaseCredentials,
  kind: GateJobKind,
): Required<PodParts> {
  const { podLabels, podAnnotations, sidecars, tls } = props;
  const login = credentials._login();
  const { annotationsWhenRetried, annotationsWhenNotRetried } = login;
  const parts = combineParts(problems, [
    login,
    tls?._parts() ?? {},
    meshParts(props),
    telemetryParts(props.telemetry),
    props.logCollector?._parts([kind.init.name, kind.main.name]) ?? {},
    { podLabels, podAnnotations, sidecars },
    { podAnnotations: kind.podAnnotations },
    { podAnnotations: kind.backoffLimit > 0 ? annotationsWhenRetried : annotationsWhenNotRetried },
  ]);
  checkLogin(problems, props, credentials, parts.env);
  const names = [...parts.sidecars.map(({ name }) => name), kind.init.name, kind.main.name];
  for (const name of new Set(names.filter((candidate, index) => names.indexOf(candidate) !== index))) {
    problems.add('sidecars', `${shown(name)} would be the name of two containers; give another one`);
  }
  return parts;
}

/** Finds what the runner would refuse in the pod. */
export function checkLogin(
  problems: Problems,
  props: Pick<GateJobProps, 'tls' | 'env' | 'envFrom'>,
  credentials: DatabaseCredentials,
  env: Required<PodParts>['env'],
): void {
  checkTls(problems, props, credentials);
  checkRoots(problems, props, env);
  checkComplete(problems, props, env, credentials._login());
}

const NEEDED = { host: 'PGHOST', database: 'PGDATABASE', user: 'PGUSER' } as const;

/** Of what comes by `envFrom`, only the cluster knows the names. */
function checkComplete(
  problems: Problems,
  { env, envFrom = [] }: Pick<GateJobProps, 'env' | 'envFrom'>,
  own: Required<PodParts>['env'],
  { needsHost }: Login,
): void {
  const isGiven = (name: string) => [name, `${name}_FILE`].some((each) => each in own || each in (env ?? {}));
  if (isGiven('DATABASE_URL')) return;
  for (const [part, name] of Object.entries(NEEDED)) {
    if (isGiven(name) || (envFrom.length > 0 && !(needsHost && part === 'host'))) continue;
    const where = part === 'host' ? 'the credentials, or in the endpoint' : 'the credentials';
    problems.add('credentials', `nobody names the ${part}; give it in ${where}`);
  }
}

/** The runner would refuse it in the pod. */
function checkRoots(
  problems: Problems,
  { env, envFrom = [] }: Pick<GateJobProps, 'env' | 'envFrom'>,
  own: Required<PodParts>['env'],
): void {
  const mode = own.PGSSLMODE && 'value' in own.PGSSLMODE ? own.PGSSLMODE.value : '';
  const hasRoots = ['PGSSLROOTCERT', 'PGSSLROOTCERT_FILE'].some((name) => name in own || name in (env ?? {}));
  if (!mode.startsWith('verify') || hasRoots || envFrom.length > 0) return;
  problems.add(
    'credentials',
    `sslMode ${shown(mode)} needs the roots that may have signed the certificate; leave it out and give tls`,
  );
}

function checkTls(
  problems: Problems,
  { tls }: Pick<GateJobProps, 'tls'>,
  credentials: DatabaseCredentials,
): void {
  const { tlsReason, noTlsReason } = credentials._login();
  const encrypts = tls !== undefined && tls.mode !== 'disable' && tls.mode !== 'prefer';
  if (tlsReason !== undefined && !encrypts) problems.add('tls', tlsReason);
  if (noTlsReason !== undefined && tls !== undefined) problems.add('tls', noTlsReason);
}

// Not by credentials/index.ts: its classes import this file.
import { CloudSqlAddress, type CloudSqlProxyOptions } from '../../credentials/cloud-sql-proxy';
import { ProxySidecar } from '../../credentials/proxy-sidecar';
import type { Login } from '../login';
import type { EnvSource } from '../pod-parts';
import { Problems, shown } from '../problems';
import { dataKeyProblem, objectNameProblem, portProblem } from '../syntax';

/** Where the instance itself listens for the proxy. */
const INSTANCE_PORT = 3307;
const IMAGE = 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.3';
const INSTANCE =
  /^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]:[a-z]+(-[a-z]+)+\d+:[a-z]([-a-z0-9]{0,96}[a-z0-9])?$/;

const ADDRESS: { readonly [address in CloudSqlAddress]: readonly string[] } = {
  [CloudSqlAddress.PUBLIC]: [],
  [CloudSqlAddress.PRIVATE]: ['--private-ip'],
  [CloudSqlAddress.PSC]: ['--psc'],
};

export function cloudSqlProxyLogin(options: CloudSqlProxyOptions): Login {
  const { instance, database, user, password, address = CloudSqlAddress.PRIVATE, port = 5432 } = options;
  const problems = new Problems();
  checkOptions(problems, options);
  problems.check('port', portProblem(port));
  const sidecar = problems.attempt(() =>
    ProxySidecar.of({
      name: 'cloud-sql-proxy',
      image: options.image ?? IMAGE,
      args: [
        '--structured-logs',
        // The pod is done when the runner is; the proxy's own 143 would only look like a failure.
        '--exit-zero-on-sigterm',
        ...ADDRESS[address],
        ...(password ? [] : ['--auto-iam-authn']),
        `--port=${port}`,
        instance,
      ],
      resources: options.resources,
    }),
  );
  problems.throwIfAny();
  const env: { [name: string]: EnvSource } = {
    PGHOST: { value: '127.0.0.1' },
    PGPORT: { value: String(port) },
    PGDATABASE: { value: database },
    PGUSER: { value: user },
    // Only as far as the proxy: it speaks TLS with the instance, and none on loopback.
    PGSSLMODE: { value: 'disable' },
  };
  if (password) env.PGPASSWORD = { secretName: password.secretName, key: password.key ?? 'PGPASSWORD' };
  return {
    env,
    sidecars: sidecar ? [sidecar] : [],
    port: INSTANCE_PORT,
    isProxied: true,
    hostIsFixed:
      'stands beside a proxy, which the Jobs reach on 127.0.0.1; leave it out, and give the instance as a peer',
    noTlsReason: 'the proxy encrypts up to the instance and takes no TLS itself; leave it out',
  };
}

function checkOptions(
  problems: Problems,
  { instance, database, user, password }: CloudSqlProxyOptions,
): void {
  if (!INSTANCE.test(instance)) {
    problems.add(
      'instance',
      `${shown(instance)} is not a connection name; write "project:region:instance", as \`gcloud sql instances describe\` shows it`,
    );
  }
  for (const [option, value] of Object.entries({ database, user })) {
    if (value.trim() === '') problems.add(option, `${shown(value)} is empty; give a value`);
  }
  if (password) {
    problems.check('password.secretName', objectNameProblem(password.secretName));
    problems.check('password.key', dataKeyProblem(password.key ?? 'PGPASSWORD'));
  } else if (user.endsWith('.gserviceaccount.com')) {
    problems.add(
      'user',
      `${shown(user)} is the whole e-mail; PostgreSQL knows the user as ${shown(user.replace(/\.gserviceaccount\.com$/, ''))}`,
    );
  }
}

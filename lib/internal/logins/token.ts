import type { AzureEntraOptions, RdsIamOptions } from '../../credentials';
import type { Login } from '../login';
import type { EnvSource } from '../pod-parts';
import { Problems, shown } from '../problems';
import { portProblem } from '../syntax';

const TLS_REASON =
  'the token is sent as a password, so the connection must be encrypted; give DatabaseTls, best with VERIFY_FULL';

/** The runner itself asks AWS for a token of 15 minutes, anew for each connection. */
export function rdsIamLogin(options: RdsIamOptions): Login {
  const problems = new Problems();
  if (options.region !== undefined && !/^[a-z]{2,}(-[a-z]+)+-\d$/.test(options.region)) {
    problems.add('region', `${shown(options.region)} is not a region; write it like "eu-central-1"`);
  }
  return tokenLogin(problems, 'aws-rds-iam', options, { AWS_REGION: options.region });
}

/** The runner itself asks Entra ID for a token, anew for each connection. */
export function azureEntraLogin(options: AzureEntraOptions): Login {
  const problems = new Problems();
  if (options.scope !== undefined && !/^https:\/\/\S+\/\.default$/.test(options.scope)) {
    problems.add(
      'scope',
      `${shown(options.scope)} is not a scope; write it like "https://ossrdbms-aad.database.windows.net/.default"`,
    );
  }
  return tokenLogin(problems, 'azure-entra', options, { AZURE_ENTRA_SCOPE: options.scope });
}

interface TokenOptions {
  readonly user: string;
  readonly database: string;
  readonly host?: string;
  readonly port?: number;
}

function tokenLogin(
  problems: Problems,
  kind: string,
  { user, database, host, port }: TokenOptions,
  more: { readonly [name: string]: string | undefined },
): Login {
  for (const [option, value] of Object.entries({ user, database, host })) {
    if (value !== undefined && value.trim() === '') {
      problems.add(option, `${shown(value)} is empty; give a value`);
    }
  }
  if (port !== undefined) problems.check('port', portProblem(port));
  problems.throwIfAny();
  const values = {
    DATABASE_LOGIN: kind,
    PGHOST: host,
    PGPORT: port?.toString(),
    PGDATABASE: database,
    PGUSER: user,
    ...more,
  };
  const env: { [name: string]: EnvSource } = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) env[name] = { value };
  return { env, port, tlsReason: TLS_REASON, needsHost: true };
}

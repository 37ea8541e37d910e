import type { Connection } from '../config/connection';
import { fetchAwsCredentials } from './aws-credentials';
import { fetchEntraToken } from './entra-token';
import { rdsToken } from './rds-token';

/**
 * A fresh token, in the place of a password.
 *
 * @param signal ends it when the time to connect is over.
 * @throws GateError: 69 when who gives it can't be asked, 77 when it is refused, 78 when the pod is not set up for it.
 */
export async function fetchToken(connection: Connection, signal: AbortSignal): Promise<string> {
  const { login, host, port, user } = connection;
  switch (login.kind) {
    case 'password':
      return connection.password ?? '';
    case 'aws-rds-iam': {
      const credentials = await fetchAwsCredentials(login.source, signal);
      return rdsToken({ host, port, user, region: login.region, credentials });
    }
    case 'azure-entra':
      return fetchEntraToken(login.identity, signal);
  }
}

import type { AzureIdentity } from '../config/azure-identity';
import { GateError } from '../errors/gate-error';
import { keepSecret } from '../errors/redact';
import { isBusy, send } from './http';
import { readTokenFile } from './token-file';

/** The federated credential, its issuer, subject or audience is not known everywhere yet, for minutes after it was made. */
const NOT_KNOWN_YET = new Set(['AADSTS70021', 'AADSTS70025', 'AADSTS700211', 'AADSTS700212', 'AADSTS700213']);

/**
 * Trades the token of the service account for one of Entra ID, which is the password of its principal in the database.
 *
 * @throws GateError: 69 when Entra can't be asked or does not know the credential yet, 77 when it refuses.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function fetchEntraToken(identity: AzureIdentity, signal: AbortSignal): Promise<string> {
  const { clientId, tenantId, authority, scope, tokenFile } = identity;
  const url = new URL(`${authority.replace(/\/*$/, '')}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`);
  const { status, text } = await send(url, {
    method: 'POST',
    form: {
      client_id: clientId,
      scope,
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: readTokenFile('AZURE_FEDERATED_TOKEN_FILE', tokenFile),
    },
    signal,
  });
  const token = status === 200 ? /"access_token"\s*:\s*"([^"]+)"/.exec(text)?.[1] : undefined;
  if (token) {
    keepSecret(token);
    return token;
  }
  // Its description goes on with ids of the request.
  const code = /AADSTS\d+/.exec(text)?.[0];
  const error = /"error"\s*:\s*"([\w.-]+)"/.exec(text)?.[1] ?? `HTTP ${status}`;
  const said = code ? `${error}, ${code}` : error;
  if (status === 200 || isBusy(status) || NOT_KNOWN_YET.has(code ?? '')) {
    throw new GateError('UNAVAILABLE', `login: ${url.host} gives no token now: ${said}`, {
      remedy: code
        ? 'look at the federated credential of the identity (issuer, subject, audience); a new one takes some minutes'
        : 'run again',
    });
  }
  throw new GateError(
    'ACCESS',
    `login: ${url.host} refuses the identity ${JSON.stringify(clientId)}: ${said}`,
    {
      remedy:
        'look at the federated credential of the identity: its issuer is this cluster, its subject system:serviceaccount:NAMESPACE:NAME, its audience api://AzureADTokenExchange',
    },
  );
}

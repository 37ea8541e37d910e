import type { Environment, EnvironmentReader } from './environment';
import { showUrl, trustedUrl } from './trusted-url';

/** What the webhook of Azure's workload identity writes into a pod. */
export interface AzureIdentity {
  readonly clientId: string;
  readonly tenantId: string;
  readonly tokenFile: string;
  readonly authority: string;
  readonly scope: string;
}

/** Undefined when something is missing; `reader.problems` says what. */
export function readAzureIdentity(reader: EnvironmentReader, env: Environment): AzureIdentity | undefined {
  const names = ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_FEDERATED_TOKEN_FILE'] as const;
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) {
    reader.problems.push(
      `DATABASE_LOGIN=azure-entra needs ${missing.join(' and ')}, which the webhook of workload identity sets: give the pod the label azure.workload.identity/use: "true" and its service account the annotation azure.workload.identity/client-id`,
    );
    return undefined;
  }
  const authority = env.AZURE_AUTHORITY_HOST || 'https://login.microsoftonline.com/';
  if (!trustedUrl(authority)) {
    reader.problems.push(
      `AZURE_AUTHORITY_HOST is ${showUrl(authority)}; give an https:// URL without a user`,
    );
    return undefined;
  }
  return {
    clientId: env.AZURE_CLIENT_ID ?? '',
    tenantId: env.AZURE_TENANT_ID ?? '',
    tokenFile: env.AZURE_FEDERATED_TOKEN_FILE ?? '',
    authority,
    scope: reader.text('AZURE_ENTRA_SCOPE') ?? '',
  };
}

import type { AzureProviderOptions } from '../../credentials';
import { Problems, shown } from '../problems';
import { checkClass, checkedMode, checkNotEmpty, given, type ProviderParts, yaml } from './provider-parts';

/** @see https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/ */
export function azureProvider(options: AzureProviderOptions): ProviderParts {
  const problems = new Problems();
  const { name, secrets, keyVaultName, tenantId, clientId, cloudName } = options;
  const files = secrets.map(({ file }) => file);
  checkClass(problems, name, files);
  checkNotEmpty(problems, { keyVaultName, cloudName });
  for (const [option, value] of Object.entries({ tenantId, clientId })) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) {
      problems.add(option, `${shown(value)} is not a UUID; write it as the portal shows it`);
    }
  }
  const objects = secrets.map((secret) => {
    checkNotEmpty(problems, { 'secrets.name': secret.name });
    return {
      objectName: secret.name,
      objectType: 'secret',
      objectAlias: secret.file,
      objectVersion: secret.version,
      filePermission: checkedMode(problems, secret),
    };
  });
  problems.throwIfAny();
  return {
    provider: 'azure',
    parameters: given({
      keyvaultName: keyVaultName,
      tenantID: tenantId,
      clientID: clientId,
      cloudName,
      // A list of texts, each of which is YAML by itself.
      objects: yaml({ array: objects.map(yaml) }),
    }),
    files,
  };
}

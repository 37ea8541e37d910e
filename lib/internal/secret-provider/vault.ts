import type { VaultProviderOptions } from '../../credentials';
import { Problems, shown } from '../problems';
import {
  checkClass,
  checkedModeNumber,
  checkNotEmpty,
  given,
  type ProviderParts,
  yaml,
} from './provider-parts';

/** @see https://developer.hashicorp.com/vault/docs/platform/k8s/csi/configurations */
export function vaultProvider(options: VaultProviderOptions): ProviderParts {
  const problems = new Problems();
  const { name, secrets, role, address, vaultNamespace, authMountPath, audience } = options;
  const files = secrets.map(({ file }) => file);
  checkClass(problems, name, files);
  checkNotEmpty(problems, { role, vaultNamespace, authMountPath, audience });
  if (address !== undefined && !/^https?:\/\/[^\s/]+\/?$/.test(address)) {
    problems.add('address', `${shown(address)} is not Vault's address; write it like "https://vault:8200"`);
  }
  const objects = secrets.map((secret) => {
    const { path, field, file } = secret;
    checkNotEmpty(problems, { path, field });
    // The same path is asked once for a pod, so that user and password belong together.
    return {
      objectName: file,
      secretPath: path,
      secretKey: field,
      filePermission: checkedModeNumber(problems, secret),
    };
  });
  problems.throwIfAny();
  return {
    provider: 'vault',
    parameters: given({
      roleName: role,
      vaultAddress: address,
      vaultNamespace,
      vaultAuthMountPath: authMountPath,
      audience,
      objects: yaml(objects),
    }),
    files,
  };
}

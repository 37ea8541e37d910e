import type { GoogleProviderOptions } from '../../credentials';
import { Problems, shown } from '../problems';
import { checkClass, checkedModeNumber, checkNotEmpty, type ProviderParts, yaml } from './provider-parts';

/** @see https://github.com/GoogleCloudPlatform/secrets-store-csi-driver-provider-gcp */
export function googleProvider({ name, secrets, isGkeAddOn }: GoogleProviderOptions): ProviderParts {
  const problems = new Problems();
  const files = secrets.map(({ file }) => file);
  checkClass(problems, name, files);
  const objects = secrets.map((secret) => {
    const { resourceName, file, field } = secret;
    if (!/^projects\/[^/]+(\/locations\/[^/]+)?\/secrets\/[^/]+\/versions\/[^/]+$/.test(resourceName)) {
      problems.add(
        'resourceName',
        `${shown(resourceName)} is not a version of a secret; write it like "projects/orders/secrets/db-login/versions/latest"`,
      );
    }
    checkNotEmpty(problems, { field });
    return { resourceName, path: file, extractJSONKey: field, mode: checkedModeNumber(problems, secret) };
  });
  problems.throwIfAny();
  return {
    provider: isGkeAddOn ? 'gke' : 'gcp',
    parameters: { secrets: yaml(objects) },
    files,
    driver: isGkeAddOn ? 'secrets-store-gke.csi.k8s.io' : undefined,
  };
}

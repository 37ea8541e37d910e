import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { Path } from '../../../core/contract';
import type { SecretProviderClass, SecretsStoreCsiOptions } from '../../credentials';
import { CONNECTION, plainEnv, refuseBesideUrl, URL_NAMES_HOST, URL_VARIABLE } from '../connection-names';
import { LOGIN_LABELS } from '../labels';
import type { Login } from '../login';
import type { EnvSource, FileMount } from '../pod-parts';
import { Problems, shown } from '../problems';
import { fileNameProblem } from '../secret-provider';
import { objectNameProblem } from '../syntax';

export function secretsStoreCsiLogin(options: SecretsStoreCsiOptions): Login {
  const { providerClass } = options;
  const parts = providerClass._parts;
  const problems = new Problems();
  const driver = options.driver ?? parts?.driver ?? 'secrets-store.csi.k8s.io';
  problems.check('driver', objectNameProblem(driver));
  if (parts?.driver !== undefined && driver !== parts.driver) {
    problems.add(
      'driver',
      `${shown(driver)} does not know the provider ${shown(parts.provider)}; leave it out`,
    );
  }
  const env = isUrl(options) ? urlEnv(problems, options) : partsEnv(problems, options);
  problems.throwIfAny();
  return {
    env,
    mounts: [csiMount(driver, providerClass)],
    hostIsFixed: isUrl(options) ? URL_NAMES_HOST : undefined,
    port: options.port,
    makeObjects: parts && ((scope) => makeClass(scope, providerClass)),
  };
}

function isUrl({ urlFile, providerClass }: SecretsStoreCsiOptions): boolean {
  return urlFile !== undefined || (providerClass._parts?.files.includes(URL_VARIABLE) ?? false);
}

function urlEnv(problems: Problems, options: SecretsStoreCsiOptions): { [name: string]: EnvSource } {
  const { host, port, database, user, userFile, passwordFile, hostFile, portFile, databaseFile } = options;
  refuseBesideUrl(problems, { host, port, database, user });
  refuseBesideUrl(problems, { userFile, passwordFile, hostFile, portFile, databaseFile });
  const path = checkedPath(problems, 'urlFile', options.urlFile ?? URL_VARIABLE, options);
  return { [`${URL_VARIABLE}_FILE`]: { value: path } };
}

function partsEnv(problems: Problems, options: SecretsStoreCsiOptions): { [name: string]: EnvSource } {
  const files = options.providerClass._parts?.files;
  const env = plainEnv(problems, options);
  for (const [part, variable] of CONNECTION) {
    const option = `${part}File` as const;
    const given = options[option];
    if (variable in env) {
      if (given !== undefined)
        problems.add(part, `${part} and ${option} are both given; leave one of them out`);
      continue;
    }
    const isNeeded = part === 'user' || part === 'password';
    if (given === undefined && !isNeeded && !files?.includes(variable)) continue;
    env[`${variable}_FILE`] = { value: checkedPath(problems, option, given ?? variable, options) };
  }
  return env;
}

function checkedPath(
  problems: Problems,
  option: string,
  file: string,
  { providerClass }: SecretsStoreCsiOptions,
): string {
  const files = providerClass._parts?.files;
  problems.check(option, fileNameProblem(file));
  if (files && !files.includes(file)) {
    problems.add(
      option,
      `${shown(file)} is no file of ${providerClass.name}, which writes ${files.map(shown).join(', ')}; give one of them`,
    );
  }
  return `${Path.MOUNTED_CREDENTIALS}/${file}`;
}

function csiMount(csiDriver: string, { name }: SecretProviderClass): FileMount {
  const source = { csiDriver, attributes: { secretProviderClass: name } };
  return { name: 'credentials', path: Path.MOUNTED_CREDENTIALS, source };
}

function makeClass(scope: Construct, { name, _parts }: SecretProviderClass): void {
  if (!_parts) return;
  const { provider, parameters } = _parts;
  new ApiObject(scope, 'SecretProviderClass', {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name, labels: LOGIN_LABELS },
    spec: { provider, parameters: { ...parameters } },
  });
}

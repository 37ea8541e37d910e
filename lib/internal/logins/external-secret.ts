import { ApiObject, type Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ExternalSecretOptions, RemoteValue } from '../../credentials';
import { CONNECTION, plainEnv, refuseBesideUrl, URL_NAMES_HOST, URL_VARIABLE } from '../connection-names';
import { LOGIN_LABELS } from '../labels';
import type { Login } from '../login';
import type { EnvSource } from '../pod-parts';
import { Problems, shown } from '../problems';
import { dataKeyProblem, labelKeyProblem, objectNameProblem } from '../syntax';
import { urlTemplate } from '../url-template';
import { withoutNothing } from '../without-nothing';

export function externalSecretLogin(options: ExternalSecretOptions): Login {
  const { name, secretName = name, urlFrom, urlKey, urlSslMode, port } = options;
  const problems = new Problems();
  problems.check('name', objectNameProblem(name));
  if (secretName !== name) problems.check('secretName', objectNameProblem(secretName));
  for (const key of Object.keys(options.annotations ?? {}))
    problems.check('annotations', labelKeyProblem(key));
  if (urlSslMode !== undefined && urlKey === undefined) {
    problems.add('urlSslMode', `${shown(urlSslMode)} belongs to no URL; give urlKey, or give tls to the Job`);
  }
  checkRefresh(problems, options);
  checkPolicies(problems, options);
  const plain = plainEnv(problems, options);
  const remote = remoteValues(problems, options);
  if (urlFrom) refuseBesideUrl(problems, besideUrl(options));
  else checkParts(problems, options, plain, remote);
  const template =
    urlKey === undefined || urlFrom ? undefined : { [urlKey]: urlTemplate(plain, remote, urlSslMode) };
  problems.throwIfAny();

  const makeObjects = (scope: Construct) => makeExternalSecret(scope, options, remote, template);
  if (urlFrom || urlKey !== undefined) {
    const key = urlKey ?? URL_VARIABLE;
    return { env: { [URL_VARIABLE]: { secretName, key } }, hostIsFixed: URL_NAMES_HOST, port, makeObjects };
  }
  const env: { [name: string]: EnvSource } = { ...plain };
  for (const variable of Object.keys(remote)) env[variable] = { secretName, key: variable };
  return { env, port, makeObjects };
}

/** What is read from the store, by the key of the Secret that it becomes: the variable's name. */
function remoteValues(
  problems: Problems,
  options: ExternalSecretOptions,
): { [variable: string]: RemoteValue } {
  const found: { [variable: string]: RemoteValue } = {};
  for (const [part, variable] of [...CONNECTION, ['url', URL_VARIABLE] as const]) {
    const option = `${part}From` as const;
    const value = options[option];
    if (!value) continue;
    for (const [field, text] of Object.entries(value)) {
      if (text?.trim() === '') problems.add(`${option}.${field}`, `${shown(text)} is empty; give a value`);
    }
    found[variable] = value;
  }
  return found;
}

function besideUrl(options: ExternalSecretOptions) {
  const { host, port, database, user, urlKey, urlSslMode } = options;
  const { hostFrom, portFrom, databaseFrom, userFrom, passwordFrom } = options;
  return {
    ...{ host, port, database, user, urlKey, urlSslMode },
    ...{ hostFrom, portFrom, databaseFrom, userFrom, passwordFrom },
  };
}

function checkParts(
  problems: Problems,
  options: ExternalSecretOptions,
  plain: { readonly [name: string]: EnvSource },
  remote: { readonly [name: string]: RemoteValue },
): void {
  if (options.urlKey !== undefined) problems.check('urlKey', dataKeyProblem(options.urlKey));
  for (const [part, variable] of CONNECTION) {
    if (variable in plain && variable in remote) {
      problems.add(part, `${part} and ${part}From are both given; leave one of them out`);
    }
    const isGiven = variable in plain || variable in remote;
    // Without a URL, the endpoint can still name the host, and the Job says what nobody names.
    const isNeeded = part === 'password' || (options.urlKey !== undefined && part !== 'port');
    if (isNeeded && !isGiven) {
      const choice = part === 'password' ? 'passwordFrom' : `${part} or ${part}From`;
      problems.add(`${part}From`, `nothing says the ${part}; give ${choice}`);
    }
  }
}

function checkRefresh(problems: Problems, { refreshPolicy, refreshInterval }: ExternalSecretOptions): void {
  if (refreshInterval === undefined) return;
  const seconds = refreshInterval.toSeconds({ integral: false });
  if (refreshPolicy !== undefined && refreshPolicy !== 'Periodic') {
    problems.add(
      'refreshInterval',
      `${seconds} seconds would not be used with refreshPolicy ${refreshPolicy}; leave it out`,
    );
  } else if (!Number.isInteger(seconds) || seconds < 1) {
    problems.add(
      'refreshInterval',
      `${seconds} seconds is no interval; give at least 1 second, or refreshPolicy CREATED_ONCE`,
    );
  }
}

/** As the operator's webhook, which sees the object only in the cluster. */
function checkPolicies(problems: Problems, { creationPolicy, deletionPolicy }: ExternalSecretOptions): void {
  if (deletionPolicy === 'Delete' && creationPolicy === 'Merge') {
    problems.add(
      'deletionPolicy',
      '"Delete" would delete a Secret that the operator does not own; give creationPolicy OWNER, or another deletionPolicy',
    );
  }
}

function makeExternalSecret(
  scope: Construct,
  options: ExternalSecretOptions,
  remote: { readonly [variable: string]: RemoteValue },
  templateData: { readonly [key: string]: string } | undefined,
): void {
  const { name, secretName = name, store, refreshPolicy, refreshInterval } = options;
  const { creationPolicy, deletionPolicy, annotations } = options;
  new ApiObject(scope, 'ExternalSecret', {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, labels: LOGIN_LABELS, annotations: withoutNothing({ ...annotations }) },
    spec: {
      refreshPolicy,
      refreshInterval: refreshInterval && goDuration(refreshInterval),
      secretStoreRef: { kind: store.kind, name: store.name },
      target: {
        name: secretName,
        creationPolicy,
        deletionPolicy,
        template: templateData && { engineVersion: 'v2', data: templateData },
      },
      data: Object.entries(remote).map(([secretKey, { key, property, version }]) => ({
        secretKey,
        remoteRef: { key, property, version },
      })),
    },
  });
}

/** As Go itself writes it, so that what is applied is what the API server gives back. */
function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds();
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

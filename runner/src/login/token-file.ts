import { readFileSync } from 'node:fs';
import { unreadable } from '../config/show-path';
import { GateError } from '../errors/gate-error';
import { keepSecret } from '../errors/redact';
import { codeOf } from '../errors/to-gate-error';

/** The token of the pod, read anew each time: the kubelet replaces it while the pod runs. @throws GateError (78) */
export function readTokenFile(variable: string, path: string): string {
  let token: string;
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const remedy =
      'mount the token of the service account there, readable for the group of the pod (fsGroup)';
    const said = unreadable(variable, path, { code: codeOf(error), remedy, isSecret: true });
    throw new GateError('CONFIG', `login: ${said}`, { cause: error });
  }
  if (token === '' || /\s/.test(token)) {
    throw new GateError('CONFIG', `login: ${variable}: ${JSON.stringify(path)} holds no token`, {
      remedy: 'mount the token of the service account there',
    });
  }
  keepSecret(token);
  return token;
}

import type { DatabaseEndpoint } from '../network';
import type { Login } from './login';
import type { EnvSource } from './pod-parts';
import { Problems, shown } from './problems';

/**
 * The login at an endpoint: the host that the endpoint names counts, and its port where the login has none.
 *
 * @throws Error where the two contradict each other.
 */
export function atEndpoint(login: Login, endpoint: DatabaseEndpoint): Login {
  const { host, port } = endpoint;
  const { hostIsFixed, env = {} } = login;
  const problems = new Problems();
  if (login.isProxied) {
    for (const peer of endpoint.peers.filter((each) => endpoint._portOf(each) !== login.port)) {
      const open = `port ${endpoint._portOf(peer)} is open`;
      problems.add('endpoint', `${open}, but the proxy connects to port ${login.port}; give that port`);
    }
  } else if (login.port !== undefined && login.port !== port) {
    problems.add('credentials', `port ${login.port} is not the endpoint's port ${port}; give the same port`);
  }
  const own = env.PGHOST && 'value' in env.PGHOST ? env.PGHOST.value : undefined;
  if (host !== undefined && hostIsFixed !== undefined) {
    problems.add('endpoint', `host ${shown(host)} ${hostIsFixed}`);
  } else if (host !== undefined && own !== undefined && host !== own) {
    problems.add(
      'credentials',
      `host ${shown(own)} is not the endpoint's host ${shown(host)}; give the same host`,
    );
  }
  problems.throwIfAny();
  if (hostIsFixed !== undefined) return login;
  const moved: { [name: string]: EnvSource } = { ...env };
  if (host !== undefined) replace(moved, 'PGHOST', host);
  const namesPort = 'PGPORT' in env || 'PGPORT_FILE' in env;
  if (host !== undefined || !namesPort) replace(moved, 'PGPORT', String(port));
  return { ...login, env: moved, port };
}

function replace(env: { [name: string]: EnvSource }, name: string, value: string): void {
  delete env[`${name}_FILE`];
  env[name] = { value };
}

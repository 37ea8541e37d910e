import type { SecretKeysOptions } from '../../credentials';
import type { Login } from '../login';
import type { EnvSource } from '../pod-parts';
import { Problems, shown } from '../problems';
import { dataKeyProblem, objectNameProblem, portProblem } from '../syntax';

/** What a URL means for an endpoint that would name the host as well. */
export const URL_NAMES_HOST = 'stands beside credentials whose URL names the host; leave one of them out';

export function urlSecretLogin(secretName: string, key: string): Login {
  const problems = new Problems();
  problems.check('secretName', objectNameProblem(secretName));
  problems.check('key', dataKeyProblem(key));
  problems.throwIfAny();
  return { env: { DATABASE_URL: { secretName, key } }, hostIsFixed: URL_NAMES_HOST };
}

export function secretKeysLogin(secretName: string, options: SecretKeysOptions): Login {
  const problems = new Problems();
  problems.check('secretName', objectNameProblem(secretName));
  const env: { [name: string]: EnvSource } = {};
  const part = (name: string, key: string | undefined, option: string, literal?: string) => {
    if (literal === undefined) {
      problems.check(option, dataKeyProblem(key ?? name));
      env[name] = { secretName, key: key ?? name };
      return;
    }
    const plain = option.replace('Key', '');
    if (literal.trim() === '') {
      problems.add(plain, `${shown(literal)} is empty; leave it out to read it from the Secret`);
    } else if (key !== undefined) {
      problems.add(
        option,
        `${shown(key)} would not be read, because ${plain} is given; leave one of them out`,
      );
    }
    env[name] = { value: literal };
  };
  part('PGHOST', options.hostKey, 'hostKey', options.host);
  if (options.port !== undefined) problems.check('port', portProblem(options.port));
  part('PGPORT', options.portKey, 'portKey', options.port?.toString());
  part('PGDATABASE', options.databaseKey, 'databaseKey', options.database);
  part('PGUSER', options.userKey, 'userKey');
  part('PGPASSWORD', options.passwordKey, 'passwordKey');
  problems.throwIfAny();
  if (options.sslMode !== undefined) env.PGSSLMODE = { value: options.sslMode };
  return { env, port: options.port };
}

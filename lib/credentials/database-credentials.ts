import { EnvValue, Secret } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Problems, shown } from '../internal/problems';
import { dataKeyProblem, objectNameProblem, portProblem } from '../internal/syntax';
import type { DatabaseEndpoint } from '../network/database-endpoint';
import type { SslMode } from './ssl-mode';

/** Under which keys a Secret holds the parts of a connection, and which parts are no secret at all. */
export interface SecretKeysOptions {
  /** @default 'PGHOST' */
  readonly hostKey?: string;
  /** @default 'PGPORT' */
  readonly portKey?: string;
  /** @default 'PGDATABASE' */
  readonly databaseKey?: string;
  /** @default 'PGUSER' */
  readonly userKey?: string;
  /** @default 'PGPASSWORD' */
  readonly passwordKey?: string;
  /**
   * Host name or address, written into the manifest.
   * @default - read from `hostKey`
   */
  readonly host?: string;
  /**
   * Port, written into the manifest.
   * @default - read from `portKey`
   */
  readonly port?: number;
  /**
   * Name of the database, written into the manifest.
   * @default - read from `databaseKey`
   */
  readonly database?: string;
  /**
   * How the connection is encrypted.
   * @default - what the runner does without PGSSLMODE: encrypted where the server offers it
   */
  readonly sslMode?: SslMode;
}

/**
 * Where a Job finds its login: an existing Secret, referred to by name. No construct here ever holds a
 * password.
 */
export class DatabaseCredentials {
  /** From a Secret with the whole connection as one URL; the Job reads it as DATABASE_URL. */
  public static fromUrlSecret(secretName: string, key: string = 'DATABASE_URL'): DatabaseCredentials {
    const problems = new Problems();
    problems.check('secretName', objectNameProblem(secretName));
    problems.check('key', dataKeyProblem(key));
    problems.throwIfAny();
    return new DatabaseCredentials(secretName, { DATABASE_URL: key }, {}, undefined);
  }

  /**
   * From a Secret with a key for each part; the Job reads them as PGHOST, PGPORT, PGDATABASE, PGUSER and
   * PGPASSWORD.
   */
  public static fromSecretKeys(secretName: string, options: SecretKeysOptions = {}): DatabaseCredentials {
    const problems = new Problems();
    problems.check('secretName', objectNameProblem(secretName));
    const keys: { [name: string]: string } = {};
    const literals: { [name: string]: string } = {};
    const part = (name: string, key: string | undefined, option: string, literal?: string) => {
      if (literal === undefined) {
        problems.check(option, dataKeyProblem(key ?? name));
        keys[name] = key ?? name;
      } else if (literal.trim() === '') {
        problems.add(
          option.replace('Key', ''),
          `${shown(literal)} is empty; leave it out to read it from the Secret`,
        );
      } else {
        if (key !== undefined) {
          problems.add(
            option,
            `${shown(key)} would not be read, because ${option.replace('Key', '')} is given; leave one of them out`,
          );
        }
        literals[name] = literal;
      }
    };
    part('PGHOST', options.hostKey, 'hostKey', options.host);
    if (options.port !== undefined) problems.check('port', portProblem(options.port));
    part('PGPORT', options.portKey, 'portKey', options.port?.toString());
    part('PGDATABASE', options.databaseKey, 'databaseKey', options.database);
    part('PGUSER', options.userKey, 'userKey');
    part('PGPASSWORD', options.passwordKey, 'passwordKey');
    problems.throwIfAny();
    if (options.sslMode !== undefined) literals.PGSSLMODE = options.sslMode;
    return new DatabaseCredentials(secretName, keys, literals, options.port);
  }

  private constructor(
    /** Name of the Secret that the Job reads. */
    public readonly secretName: string,
    private readonly keys: { readonly [name: string]: string },
    private readonly literals: { readonly [name: string]: string },
    private readonly port: number | undefined,
  ) {}

  /**
   * The same login at an endpoint that names its host.
   *
   * @throws Error where credentials and endpoint contradict each other.
   * @internal
   */
  public _at(endpoint: DatabaseEndpoint): DatabaseCredentials {
    const problems = new Problems();
    const host = this.literals.PGHOST;
    if (this.port !== undefined && this.port !== endpoint.port) {
      problems.add(
        'credentials',
        `port ${this.port} is not the endpoint's port ${endpoint.port}; give the same port`,
      );
    }
    if (endpoint.host !== undefined && 'DATABASE_URL' in this.keys) {
      problems.add(
        'endpoint',
        `host ${shown(endpoint.host)} stands beside credentials whose URL names the host; leave one of them out`,
      );
    }
    if (endpoint.host !== undefined && host !== undefined && host !== endpoint.host) {
      problems.add(
        'credentials',
        `host ${shown(host)} is not the endpoint's host ${shown(endpoint.host)}; give the same host`,
      );
    }
    problems.throwIfAny();
    if (endpoint.host === undefined) return this;
    const { PGHOST: _host, PGPORT: _port, ...keys } = this.keys;
    const literals = { ...this.literals, PGHOST: endpoint.host, PGPORT: String(endpoint.port) };
    return new DatabaseCredentials(this.secretName, keys, literals, endpoint.port);
  }

  /**
   * The variables of the connection, in libpq's order.
   * @internal
   */
  public _env(scope: Construct): { [name: string]: EnvValue } {
    const secret = Secret.fromSecretName(scope, 'CredentialsSecret', this.secretName);
    const env: { [name: string]: EnvValue } = {};
    for (const name of [
      'DATABASE_URL',
      'PGHOST',
      'PGPORT',
      'PGDATABASE',
      'PGUSER',
      'PGPASSWORD',
      'PGSSLMODE',
    ]) {
      const literal = this.literals[name];
      const key = this.keys[name];
      if (literal !== undefined) env[name] = EnvValue.fromValue(literal);
      else if (key !== undefined) env[name] = EnvValue.fromSecretValue({ secret, key });
    }
    return env;
  }
}

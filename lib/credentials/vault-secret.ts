import { Problems, shown } from '../internal/problems';
import { type VaultFile, vaultFile, vaultPathProblem } from '../internal/vault-file';

/** Fields of a secret of the key-value engine. */
export interface VaultKeyValueOptions {
  /** Path below the mount, for example `orders/db`. */
  readonly path: string;
  /** @default 'secret' */
  readonly mount?: string;
  /**
   * Whether the engine is version 1, which keeps one version of each secret.
   * @default false
   */
  readonly isVersion1?: boolean;
  /**
   * Field with the whole connection as one URL.
   * @default - the parts are read
   */
  readonly urlField?: string;
  /** @default 'username' unless `urlField` is given */
  readonly userField?: string;
  /** @default 'password' unless `urlField` is given */
  readonly passwordField?: string;
  /** @default - not read from Vault */
  readonly hostField?: string;
  /** @default - not read from Vault */
  readonly portField?: string;
  /** @default - not read from Vault */
  readonly databaseField?: string;
}

/** A template of one's own. */
export interface VaultTemplate {
  /** The variable whose file it becomes, for example `DATABASE_URL` or `PGPASSWORD`. */
  readonly variable: string;
  /** The path that it reads. */
  readonly path: string;
  /**
   * In the language of Consul Template. In a URL, user and password must be encoded:
   * `{{ .Data.password | urlquery | replaceAll "+" "%20" }}`.
   */
  readonly template: string;
}

const VARIABLES = ['DATABASE_URL', 'PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'];

/** What the agent fetches from Vault, and how it becomes files. */
export class VaultSecret {
  /**
   * A user that the database engine makes for each pod. It owns what it creates, unless its creation statements
   * `ALTER ROLE "{{name}}" SET role` to a lasting owner.
   *
   * @throws Error when role or mount is no path.
   */
  public static databaseRole(role: string, mount: string = 'database'): VaultSecret {
    return VaultSecret.login(`${mount}/creds/${role}`);
  }

  /** A lasting user whose password the database engine changes. @throws Error when role or mount is no path. */
  public static staticDatabaseRole(role: string, mount: string = 'database'): VaultSecret {
    return VaultSecret.login(`${mount}/static-creds/${role}`);
  }

  /** A secret of the key-value engine. @throws Error with every problem of the options. */
  public static keyValue(options: VaultKeyValueOptions): VaultSecret {
    const { mount = 'secret', isVersion1 = false, urlField, hostField, portField, databaseField } = options;
    const isUrl = urlField !== undefined;
    const path = isVersion1 ? `${mount}/${options.path}` : `${mount}/data/${options.path}`;
    const parts: [variable: string, option: string, field: string | undefined][] = [
      ['DATABASE_URL', 'urlField', urlField],
      ['PGHOST', 'hostField', hostField],
      ['PGPORT', 'portField', portField],
      ['PGDATABASE', 'databaseField', databaseField],
      ['PGUSER', 'userField', options.userField ?? (isUrl ? undefined : 'username')],
      ['PGPASSWORD', 'passwordField', options.passwordField ?? (isUrl ? undefined : 'password')],
    ];
    const problems = new Problems();
    problems.check('path', vaultPathProblem(path));
    const given = parts.filter(([, , field]) => field !== undefined);
    for (const [variable, option, field] of given) {
      if (!/^[^\s"\\]+$/.test(field ?? '')) {
        problems.add(
          option,
          `${shown(field)} is not the name of a field; write it without spaces and quotes`,
        );
      } else if (isUrl && variable !== 'DATABASE_URL') {
        problems.add(option, `${shown(field)} stands beside a whole URL; leave one of them out`);
      }
    }
    problems.throwIfAny();
    const data = isVersion1 ? '.Data' : '.Data.data';
    return new VaultSecret(given.map(([variable, , field]) => vaultFile(variable, path, data, field ?? '')));
  }

  /** Templates of one's own, one for each file. @throws Error with every problem of them. */
  public static of(templates: VaultTemplate[]): VaultSecret {
    const problems = new Problems();
    if (templates.length === 0) problems.add('templates', '[] fetches nothing; give at least one');
    for (const { variable, path, template } of templates) {
      if (!VARIABLES.includes(variable)) {
        problems.add(
          'variable',
          `${shown(variable)} is no part of a login; give one of ${VARIABLES.join(', ')}`,
        );
      }
      problems.check('path', vaultPathProblem(path));
      if (!template.includes('{{')) {
        problems.add(
          'template',
          `that of ${shown(variable)} reads nothing from Vault; write {{ with secret … }}`,
        );
      }
    }
    const names = templates.map(({ variable }) => variable);
    for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
      problems.add('variable', `${shown(name)} has two templates; leave one of them out`);
    }
    problems.throwIfAny();
    return new VaultSecret(templates.map((template) => ({ ...template })));
  }

  private static login(path: string): VaultSecret {
    const problems = new Problems();
    problems.check('role', vaultPathProblem(path));
    problems.throwIfAny();
    return new VaultSecret([
      vaultFile('PGUSER', path, '.Data', 'username'),
      vaultFile('PGPASSWORD', path, '.Data', 'password'),
    ]);
  }

  private constructor(
    /** @internal */
    public readonly _files: readonly VaultFile[],
  ) {}
}

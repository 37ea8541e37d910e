import { Problems, shown } from '../internal/problems';
import { dnsLabelProblem, objectNameProblem } from '../internal/syntax';

/** Who deploys, as the API server knows it. */
export class DeployerSubject {
  /** @throws Error when name or namespace is not valid. */
  public static serviceAccount(name: string, namespace: string): DeployerSubject {
    const problems = new Problems();
    problems.check('name', objectNameProblem(name));
    problems.check('namespace', dnsLabelProblem(namespace));
    problems.throwIfAny();
    return new DeployerSubject({ kind: 'ServiceAccount', name, namespace });
  }

  /**
   * A user, for example one that the API server makes of a token of GitHub Actions: with `--oidc-username-prefix` or an
   * AuthenticationConfiguration its name begins with the prefix that is set there.
   *
   * @throws Error when the name is empty.
   * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens
   */
  public static user(name: string): DeployerSubject {
    return DeployerSubject.named('User', name);
  }

  /** @throws Error when the name is empty. */
  public static group(name: string): DeployerSubject {
    return DeployerSubject.named('Group', name);
  }

  /**
   * One of `group:NAME`, `user:NAME` and `serviceaccount:NAMESPACE/NAME`, as a variable can hold it.
   *
   * @throws Error when it is none of them.
   */
  public static parse(text: string): DeployerSubject {
    const [, kind, name = ''] = /^(group|user|serviceaccount):(.+)$/s.exec(text) ?? [];
    const [namespace = '', account, ...rest] = name.split('/');
    if (kind === 'group') return DeployerSubject.group(name);
    if (kind === 'user') return DeployerSubject.user(name);
    if (kind === 'serviceaccount' && account !== undefined && rest.length === 0) {
      return DeployerSubject.serviceAccount(account, namespace);
    }
    const problems = new Problems();
    problems.add(
      'subject',
      `${shown(text)} names nobody; write "group:NAME", "user:NAME" or "serviceaccount:NAMESPACE/NAME"`,
    );
    problems.throwIfAny();
    throw new Error('a wrong subject was not refused');
  }

  private static named(kind: string, name: string): DeployerSubject {
    const problems = new Problems();
    if (name.trim() !== name || name === '') {
      problems.add(
        'name',
        `${shown(name)} is empty or has spaces around it; give the name as the API server knows it`,
      );
    }
    problems.throwIfAny();
    return new DeployerSubject({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  }

  private constructor(
    /** The entry of a RoleBinding. @internal */
    public readonly _entry: { readonly [field: string]: string },
  ) {}
}

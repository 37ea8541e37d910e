import { Problems } from '../internal/problems';
import { objectNameProblem } from '../internal/syntax';

/** A store that the External Secrets Operator was told of. */
export class ExternalSecretStore {
  /** A SecretStore of the Jobs' namespace. @throws Error when it is no name of an object. */
  public static secretStore(name: string): ExternalSecretStore {
    return ExternalSecretStore.of('SecretStore', name);
  }

  /** A ClusterSecretStore. @throws Error when it is no name of an object. */
  public static clusterSecretStore(name: string): ExternalSecretStore {
    return ExternalSecretStore.of('ClusterSecretStore', name);
  }

  private static of(kind: string, name: string): ExternalSecretStore {
    const problems = new Problems();
    problems.check('name', objectNameProblem(name));
    problems.throwIfAny();
    return new ExternalSecretStore(kind, name);
  }

  private constructor(
    public readonly kind: string,
    public readonly name: string,
  ) {}
}

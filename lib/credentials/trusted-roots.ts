import type { FileSource } from '../internal/pod-parts';
import { Problems } from '../internal/problems';
import { dataKeyProblem, objectNameProblem } from '../internal/syntax';

/** The certificate authorities that may have signed the server's certificate. */
export class TrustedRoots {
  /**
   * From a key of a ConfigMap, for example the bundle of a cloud, or one that trust-manager writes.
   *
   * @throws Error with every problem of the names.
   */
  public static fromConfigMap(configMapName: string, key: string = 'ca.crt'): TrustedRoots {
    checkNames('configMapName', configMapName, key);
    return new TrustedRoots(key, { configMapName, items: { [key]: key } });
  }

  /**
   * From a key of a Secret, for example one that cert-manager or a database operator writes.
   *
   * @throws Error with every problem of the names.
   */
  public static fromSecret(secretName: string, key: string = 'ca.crt'): TrustedRoots {
    checkNames('secretName', secretName, key);
    return new TrustedRoots(key, { secretName, items: { [key]: key } });
  }

  /** Those that Node ships, which are Mozilla's: for servers with a public certificate. Only with VERIFY_FULL. */
  public static system(): TrustedRoots {
    return new TrustedRoots(undefined, undefined);
  }

  private constructor(
    /** @internal */
    public readonly _fileName: string | undefined,
    /** @internal */
    public readonly _source: FileSource | undefined,
  ) {}
}

function checkNames(subject: string, name: string, key: string): void {
  const problems = new Problems();
  problems.check(subject, objectNameProblem(name));
  problems.check('key', dataKeyProblem(key));
  problems.throwIfAny();
}

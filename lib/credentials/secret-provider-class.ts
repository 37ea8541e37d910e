import { Problems } from '../internal/problems';
import {
  awsProvider,
  azureProvider,
  googleProvider,
  otherProvider,
  type ProviderParts,
  vaultProvider,
} from '../internal/secret-provider';
import { objectNameProblem } from '../internal/syntax';
import type {
  AwsProviderOptions,
  AzureProviderOptions,
  GoogleProviderOptions,
  OtherProviderOptions,
  VaultProviderOptions,
} from './secret-provider-options';

/**
 * What the Secrets Store CSI driver fetches: one that exists, or one that is made beside the Jobs.
 *
 * @see https://secrets-store-csi-driver.sigs.k8s.io
 */
export class SecretProviderClass {
  /** One that exists in the Jobs' namespace. @throws Error when it is no name of an object. */
  public static fromName(name: string): SecretProviderClass {
    const problems = new Problems();
    problems.check('name', objectNameProblem(name));
    problems.throwIfAny();
    return new SecretProviderClass(name, undefined);
  }

  /** From AWS Secrets Manager or the Parameter Store. @throws Error with every problem of the options. */
  public static aws(options: AwsProviderOptions): SecretProviderClass {
    return new SecretProviderClass(options.name, awsProvider(options));
  }

  /** From Azure Key Vault, with workload identity. @throws Error with every problem of the options. */
  public static azure(options: AzureProviderOptions): SecretProviderClass {
    return new SecretProviderClass(options.name, azureProvider(options));
  }

  /** From Google Secret Manager. @throws Error with every problem of the options. */
  public static google(options: GoogleProviderOptions): SecretProviderClass {
    return new SecretProviderClass(options.name, googleProvider(options));
  }

  /** From Vault or OpenBao. @throws Error with every problem of the options. */
  public static vault(options: VaultProviderOptions): SecretProviderClass {
    return new SecretProviderClass(options.name, vaultProvider(options));
  }

  /** From any other provider. @throws Error with every problem of the options. */
  public static of(options: OtherProviderOptions): SecretProviderClass {
    return new SecretProviderClass(options.name, otherProvider(options));
  }

  private constructor(
    public readonly name: string,
    /** Absent for one that exists. @internal */
    public readonly _parts: ProviderParts | undefined,
  ) {}
}

import { Path } from '../../core/contract';
import type { EnvSource, FileMount, PodParts } from '../internal/pod-parts';
import { Problems, shown } from '../internal/problems';
import { choiceProblem, dataKeyProblem, objectNameProblem } from '../internal/syntax';
import { SslMode } from './ssl-mode';
import { TrustedRoots } from './trusted-roots';

/** Keys of the Secret with a client certificate. */
export interface ClientCertificateKeys {
  /** @default 'tls.crt' */
  readonly certificateKey?: string;
  /** @default 'tls.key' */
  readonly privateKeyKey?: string;
}

export interface DatabaseTlsOptions extends ClientCertificateKeys {
  /** @default SslMode.VERIFY_FULL */
  readonly mode?: SslMode;
  /**
   * Who may have signed the server's certificate. VERIFY_CA and VERIFY_FULL need it.
   * @default - nobody is asked for
   */
  readonly roots?: TrustedRoots;
  /**
   * Name of the Secret with the certificate and the private key that the Jobs show to the server, for example of the
   * type `kubernetes.io/tls`.
   * @default - none
   */
  readonly clientCertificateSecret?: string;
}

/**
 * How the connection is encrypted, and how both sides prove who they are. Every mode means what it means in libpq; the
 * runner honours it or refuses to run.
 *
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export class DatabaseTls {
  /** @throws Error with every problem of the options. */
  public static of(options: DatabaseTlsOptions): DatabaseTls {
    const mode = options.mode ?? SslMode.VERIFY_FULL;
    const problems = new Problems();
    problems.check('mode', choiceProblem(mode, SslMode));
    checkRoots(problems, mode, options.roots);
    checkClientCertificate(problems, mode, options);
    problems.throwIfAny();
    return new DatabaseTls(mode, options);
  }

  private constructor(
    /** How the connection is encrypted. */
    public readonly mode: SslMode,
    private readonly options: DatabaseTlsOptions,
  ) {}

  /** @internal */
  public _parts(): PodParts {
    const { roots, clientCertificateSecret: secretName } = this.options;
    const env: { [name: string]: EnvSource } = { PGSSLMODE: { value: this.mode } };
    const mounts: FileMount[] = [];
    if (roots) {
      const { _fileName: file, _source: source } = roots;
      env.PGSSLROOTCERT = { value: file === undefined ? 'system' : `${Path.MOUNTED_ROOTS}/${file}` };
      if (source) mounts.push({ name: 'database-ca', path: Path.MOUNTED_ROOTS, source });
    }
    if (secretName !== undefined) {
      const { certificateKey = 'tls.crt', privateKeyKey = 'tls.key' } = this.options;
      const path = Path.MOUNTED_CLIENT_CERTIFICATE;
      env.PGSSLCERT = { value: `${path}/tls.crt` };
      env.PGSSLKEY = { value: `${path}/tls.key` };
      const items = { [certificateKey]: 'tls.crt', [privateKeyKey]: 'tls.key' };
      mounts.push({ name: 'client-certificate', path, source: { secretName, items } });
    }
    return { env, mounts };
  }
}

function checkRoots(problems: Problems, mode: SslMode, roots: TrustedRoots | undefined): void {
  // Whatever else stood there would have no file, and be taken for the roots of the system.
  if (roots !== undefined && !(roots instanceof TrustedRoots)) {
    problems.add(
      'roots',
      `${shown(roots)} is no TrustedRoots; give TrustedRoots.fromConfigMap(name) or another`,
    );
    return;
  }
  const verifies = mode === SslMode.VERIFY_CA || mode === SslMode.VERIFY_FULL;
  if (verifies && !roots) {
    problems.add('roots', `${mode} verifies the server's certificate; give TrustedRoots`);
  } else if (roots && !verifies) {
    problems.add(
      'roots',
      `${mode} would not look at them; give mode VERIFY_FULL or VERIFY_CA, or leave them out`,
    );
  } else if (roots?._source === undefined && mode === SslMode.VERIFY_CA) {
    problems.add(
      'roots',
      'TrustedRoots.system() needs VERIFY_FULL: anybody can get a certificate of a public authority',
    );
  }
}

function checkClientCertificate(problems: Problems, mode: SslMode, options: DatabaseTlsOptions): void {
  const { clientCertificateSecret: secretName, certificateKey, privateKeyKey } = options;
  if (secretName === undefined) {
    for (const [option, key] of Object.entries({ certificateKey, privateKeyKey })) {
      if (key !== undefined) {
        problems.add(option, `${shown(key)} is a key of no Secret; give clientCertificateSecret`);
      }
    }
    return;
  }
  problems.check('clientCertificateSecret', objectNameProblem(secretName));
  problems.check('certificateKey', dataKeyProblem(certificateKey ?? 'tls.crt'));
  problems.check('privateKeyKey', dataKeyProblem(privateKeyKey ?? 'tls.key'));
  if ((certificateKey ?? 'tls.crt') === (privateKeyKey ?? 'tls.key')) {
    problems.add('privateKeyKey', `${shown(privateKeyKey)} is also the certificate's key; give two keys`);
  }
  if (mode === SslMode.DISABLE || mode === SslMode.PREFER) {
    problems.add(
      'clientCertificateSecret',
      `${shown(secretName)} might not be shown with ${mode}; give mode REQUIRE or stricter`,
    );
  }
}

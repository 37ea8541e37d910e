import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionPart, ConnectionParts } from './connection-parts';
import type { Environment } from './environment';
import { PemFile } from './pem';
import { type ProtocolVersion, protocolProblems, protocolVersion } from './protocol-versions';

export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
const SSL_MODES: readonly string[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** How the connection is encrypted, and whom it trusts. */
export interface TlsSettings {
  readonly mode: SslMode;
  /** PEM texts of the trusted certificates; undefined means those that Node ships. */
  readonly roots?: readonly string[] | undefined;
  /** The variable or file that gave them, for messages. */
  readonly rootsFrom?: string | undefined;
  /** PEM texts of the revocation lists. */
  readonly revocationLists?: readonly string[] | undefined;
  readonly clientCertificate?: ClientCertificate | undefined;
  /** Whether TLS begins at once, or is asked for in PostgreSQL's own words first. */
  readonly negotiation: 'postgres' | 'direct';
  readonly minVersion: ProtocolVersion;
  readonly maxVersion: ProtocolVersion;
  /** Whether the server is told the name by which it was called. */
  readonly sni: boolean;
}

/** PEM texts. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads what libpq calls sslmode, sslrootcert and so on, with its meaning. What would have no effect in the mode that is
 * given is a problem: somebody believes that it protects.
 *
 * @returns undefined when something is wrong; `problems` says what.
 */
export function readTls(
  parts: ConnectionParts,
  env: Environment,
  problems: string[],
): TlsSettings | undefined {
  const before = problems.length;
  const root = parts.PGSSLROOTCERT;
  const given = parts.PGSSLMODE ?? (root === 'system' ? 'verify-full' : 'prefer');
  if (!SSL_MODES.includes(given)) {
    const why = given === 'allow' ? 'it protects from nothing' : 'libpq does not know it';
    problems.push(`PGSSLMODE is ${JSON.stringify(given)}; ${why}, so give one of ${SSL_MODES.join(', ')}`);
    return undefined;
  }
  const mode = given as SslMode;
  problems.push(...modeProblems(mode, parts), ...protocolProblems(parts));
  if (problems.length > before) return undefined;
  const trust = readTrust(mode, root, env, problems);
  const clientCertificate = mode === 'disable' ? undefined : readClientCertificate(parts, env, problems);
  const verifies = trust.roots !== undefined && root !== 'system';
  const lists = parts.PGSSLCRL ?? (verifies ? usualFile('root.crl', env) : undefined);
  const revocationLists =
    lists === undefined ? undefined : PemFile.read('PGSSLCRL', lists, problems)?.revocationLists();
  if (problems.length > before) return undefined;
  return {
    // As in libpq: with roots given, `require` verifies the certificate, for older applications' sake.
    mode: mode === 'require' && trust.roots ? 'verify-ca' : mode,
    ...trust,
    ...{ clientCertificate, revocationLists },
    negotiation: parts.PGSSLNEGOTIATION === 'direct' ? 'direct' : 'postgres',
    minVersion: protocolVersion(parts.PGSSLMINPROTOCOLVERSION) ?? 'TLSv1.2',
    maxVersion: protocolVersion(parts.PGSSLMAXPROTOCOLVERSION) ?? 'TLSv1.3',
    sni: parts.PGSSLSNI !== '0',
  };
}

/** What the mode never looks at. */
function modeProblems(mode: SslMode, parts: ConnectionParts): string[] {
  const { PGSSLROOTCERT: root, PGSSLNEGOTIATION: negotiation } = parts;
  const said =
    parts.PGSSLMODE === undefined ? 'PGSSLMODE is not set and means prefer' : `PGSSLMODE is ${mode}`;
  if (root === 'system' && mode !== 'verify-full') {
    return [`PGSSLROOTCERT=system needs PGSSLMODE=verify-full, not ${JSON.stringify(mode)}; set it`];
  }
  if (mode === 'disable') {
    const useless = (['PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY', 'PGSSLCRL'] as const).filter(
      (name) => parts[name] !== undefined,
    );
    const [are, they, them] = useless.length > 1 ? ['are', 'they have', 'them'] : ['is', 'it has', 'it'];
    if (useless.length > 0) {
      return [
        `${useless.join(' and ')} ${are} given, but PGSSLMODE is disable, so ${they} no effect; unset ${them}, or set PGSSLMODE=verify-full`,
      ];
    }
  }
  const problems: string[] = [];
  if (root !== undefined && mode === 'prefer') {
    problems.push(
      `PGSSLROOTCERT is given, but ${said}, which may connect without TLS; set PGSSLMODE=verify-full (or verify-ca), or unset PGSSLROOTCERT`,
    );
  }
  if (negotiation === 'direct' && (mode === 'disable' || mode === 'prefer')) {
    problems.push(`PGSSLNEGOTIATION=direct needs TLS, but ${said}; set PGSSLMODE=require or stricter`);
  }
  if (parts.PGSSLCRL !== undefined && (mode === 'prefer' || (mode === 'require' && root === undefined))) {
    problems.push(
      `PGSSLCRL is given, but ${said} and no certificate is verified; set PGSSLROOTCERT and PGSSLMODE=verify-full`,
    );
  }
  return problems;
}

type Trust = Pick<TlsSettings, 'roots' | 'rootsFrom'>;

function readTrust(mode: SslMode, root: string | undefined, env: Environment, problems: string[]): Trust {
  if (mode === 'disable' || mode === 'prefer') return {};
  if (root === 'system') return readSystemRoots(env, problems);
  if (root !== undefined) {
    return {
      roots: PemFile.read('PGSSLROOTCERT', root, problems)?.certificates(),
      rootsFrom: 'PGSSLROOTCERT',
    };
  }
  const usual = usualFile('root.crt', env);
  if (usual !== undefined) {
    return { roots: PemFile.read('PGSSLROOTCERT', usual, problems)?.certificates(), rootsFrom: usual };
  }
  if (mode !== 'require' && !wasGiven('PGSSLROOTCERT', env)) {
    problems.push(
      `PGSSLMODE=${mode} needs PGSSLROOTCERT: the path of the trusted roots, or "system" with verify-full`,
    );
  }
  return {};
}

/** A file where libpq looks by itself, if it is there; a pod has none. */
function usualFile(name: string, { HOME: home }: Environment): string | undefined {
  const path = home ? join(home, '.postgresql', name) : undefined;
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** Whether it was given, and where it can't be taken told already. */
function wasGiven(name: ConnectionPart, env: Environment): boolean {
  return env[name] !== undefined || env[`${name}_FILE`] !== undefined;
}

/** The roots that Node ships, or those that OpenSSL's own variables name in their place. */
function readSystemRoots(env: Environment, problems: string[]): Trust {
  if (env.SSL_CERT_DIR) {
    problems.push(
      'SSL_CERT_DIR is set, but a folder of roots cannot be honoured; unset it, or give their file as SSL_CERT_FILE or PGSSLROOTCERT',
    );
  }
  if (!env.SSL_CERT_FILE) return { rootsFrom: 'system' };
  const roots = PemFile.read('SSL_CERT_FILE', env.SSL_CERT_FILE, problems)?.certificates();
  return { roots, rootsFrom: 'SSL_CERT_FILE' };
}

function readClientCertificate(
  { PGSSLCERT: certificate, PGSSLKEY: key }: ConnectionParts,
  env: Environment,
  problems: string[],
): ClientCertificate | undefined {
  if (certificate === undefined && key === undefined) return readUsualCertificate(env, problems);
  if (certificate === undefined || key === undefined) {
    const [there, missing] = certificate
      ? (['PGSSLCERT', 'PGSSLKEY'] as const)
      : (['PGSSLKEY', 'PGSSLCERT'] as const);
    if (!wasGiven(missing, env)) {
      problems.push(`${there} is given without ${missing}; a client certificate needs both`);
    }
    return undefined;
  }
  return readPair(certificate, key, problems);
}

/** The pair that libpq takes when none is named. */
function readUsualCertificate(env: Environment, problems: string[]): ClientCertificate | undefined {
  const usual = usualFile('postgresql.crt', env);
  if (usual === undefined || wasGiven('PGSSLCERT', env) || wasGiven('PGSSLKEY', env)) return undefined;
  return readPair(usual, usual.replace(/crt$/, 'key'), problems);
}

function readPair(certificate: string, key: string, problems: string[]): ClientCertificate | undefined {
  const chain = PemFile.read('PGSSLCERT', certificate, problems)?.certificates();
  const text = PemFile.read('PGSSLKEY', key, problems)?.privateKey();
  if (!chain?.[0] || !text) return undefined;
  if (!new X509Certificate(chain[0]).checkPrivateKey(createPrivateKey(text))) {
    problems.push(
      `PGSSLKEY is not the key of the certificate in PGSSLCERT (${JSON.stringify(certificate)}); give the two of one pair`,
    );
    return undefined;
  }
  return { cert: chain.join('\n'), key: text };
}

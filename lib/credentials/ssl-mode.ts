/**
 * How the connection is encrypted and whether the server must prove who it is, as libpq means it.
 *
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export enum SslMode {
  /** Never encrypted. */
  DISABLE = 'disable',
  /** Encrypted where the server offers it. */
  PREFER = 'prefer',
  /** Always encrypted; the server proves nothing. */
  REQUIRE = 'require',
  /** Always encrypted; a trusted authority must have signed the server's certificate. */
  VERIFY_CA = 'verify-ca',
  /** As `VERIFY_CA`, and the certificate must name the host. */
  VERIFY_FULL = 'verify-full',
}

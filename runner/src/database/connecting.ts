/**
 * What a connection needs beyond plaintext that is answered: TLS, and the words for a login that fails. One part of the
 * bundle, so that the others need not have it.
 */
export { connectError } from './connect-error';
export { openTls } from './tls/open-tls';

import { keepSecret } from '../errors/redact';
import { isLoopback } from './loopback';

/** Whether a secret may be sent there: without a user or password of its own, encrypted, to this very machine, or to an address that is named. */
export function trustedUrl(text: string, addresses: readonly string[] = []): boolean {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  if (url.username || url.password) return false;
  if (url.protocol === 'https:') return true;
  const host = url.hostname.toLowerCase();
  return (
    url.protocol === 'http:' && (isLoopback(host.replace(/^\[(.*)\]$/, '$1')) || addresses.includes(host))
  );
}

/** A URL that is not trusted, as a problem shows it: what stands before an @ may be a password. */
export function showUrl(text: string): string {
  if (!text.includes('@')) return JSON.stringify(text);
  keepSecret(text);
  return 'a URL with a user or password (not shown)';
}

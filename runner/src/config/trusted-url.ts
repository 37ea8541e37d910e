import { isLoopback } from './loopback';

/** Whether a secret may be sent there: encrypted, to this very machine, or to an address that is named. */
export function trustedUrl(text: string, addresses: readonly string[] = []): boolean {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  if (url.protocol === 'https:') return true;
  const host = url.hostname.toLowerCase();
  return (
    url.protocol === 'http:' && (isLoopback(host.replace(/^\[(.*)\]$/, '$1')) || addresses.includes(host))
  );
}

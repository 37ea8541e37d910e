import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';

/** From the server's certificate up, as far as the chain is known; a root names itself as its issuer. */
export function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  const seen = new Set<string>();
  for (let at: DetailedPeerCertificate | undefined = leaf; at?.raw && !seen.has(at.fingerprint256); ) {
    seen.add(at.fingerprint256);
    chain.push(at);
    at = at.issuerCertificate;
  }
  return chain;
}

/** How a person would call it. */
export function shownName(name: PeerCertificate['subject'] | undefined): string {
  const [found] = [name?.CN, name?.OU, name?.O].flat().filter(Boolean);
  return JSON.stringify(found ?? 'without a name');
}

/** A day of the calendar, in UTC. */
export function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}

export function minuteOf(date: string | Date): string {
  return `${new Date(date).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

import { promises as dns } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** Milliseconds. */
const LIMIT_MS = 400;

const known = new Set<string>();

/**
 * Makes sure that somebody answers for the name of a URL before the operating system is asked for it: what it was asked can't
 * be taken back, and a process can't end before it gave up, which takes it 10 s and more where no name server answers.
 * The answer itself does not count; the operating system has its own ways to find one.
 *
 * @throws Error with the code EAI_AGAIN.
 */
export async function answersForName(url: string): Promise<void> {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  if (known.has(host) || isIP(host) || host === 'localhost' || isInHostsFile(host)) return;
  const resolver = new dns.Resolver({ timeout: LIMIT_MS, tries: 1 });
  const timer = setTimeout(() => resolver.cancel(), LIMIT_MS);
  try {
    const asked = [host, ...searchDomains().map((domain) => `${host}.${domain}`)].map((name) =>
      resolver.resolve4(name),
    );
    if (!(await isAnswered(asked))) throw Object.assign(new Error('no name server'), { code: 'EAI_AGAIN' });
    known.add(host);
  } finally {
    clearTimeout(timer);
    resolver.cancel();
  }
}

/** One of the names has an address, or none of them has one. */
async function isAnswered(asked: readonly Promise<unknown>[]): Promise<boolean> {
  try {
    await Promise.any(asked);
    return true;
  } catch (error) {
    const codes = (error as AggregateError).errors.map(({ code }: NodeJS.ErrnoException) => code);
    return !codes.some((code) => code === 'ETIMEOUT' || code === 'ECANCELLED');
  }
}

/** In a cluster, `collector.observability` is found as `collector.observability.svc.cluster.local`. */
function searchDomains(): string[] {
  const line = /^\s*search\s+(.*)$/m.exec(read('/etc/resolv.conf'))?.[1] ?? '';
  return line.split(/\s+/).filter(Boolean);
}

function isInHostsFile(host: string): boolean {
  return read('/etc/hosts')
    .split('\n')
    .some((line) => (line.split('#')[0] ?? '').split(/\s+/).slice(1).includes(host));
}

/** Where there is no such file, nothing is in it. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for a server, as kubectl reads it: HTTPS_PROXY (HTTP_PROXY for http), but not for
 * what NO_PROXY lists (hosts, domains with all below them, addresses, CIDRs, each also with a port), nor for this machine.
 */
export function environmentProxy(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const secure = protocol === 'https:';
  const proxy = secure ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy;
  if (!proxy) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return undefined;
  const exceptions = (env.NO_PROXY || env.no_proxy || '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase());
  const ports = port || (secure ? '443' : '80');
  if (exceptions.some((entry) => entry !== '' && covers(entry, host, ports))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const withPort = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(entry);
  if (withPort && withPort[3] !== port) return false;
  const name = withPort ? (withPort[1] ?? withPort[2] ?? '') : entry;
  const [network = '', bits] = name.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) !== 0) {
    if (isIP(host) !== isIP(network)) return false;
    if (bits === undefined) return host === network;
    const list = new BlockList();
    list.addSubnet(network, Number(bits), family);
    return list.check(host, family);
  }
  const domain = name.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (host === domain && !/^\*?\./.test(name));
}

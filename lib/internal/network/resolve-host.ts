import dns from 'node:dns/promises';
import { isIP } from 'node:net';
import { isInside, parseCidr } from '../cidr';
import { Problems, shown } from '../problems';
import { singleAddress } from './address-range';

/** What the system's resolver answers; a test answers in its place. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

const NOT_OUTSIDE = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10'];

/**
 * The addresses that a host has now, as ranges of one address each, in an order that does not depend on the answer.
 *
 * @throws InvalidPropsError where the host does not resolve, or to what no policy can open.
 */
export async function resolveHost(
  host: string,
  lookup: Lookup = (name) => dns.lookup(name, { all: true }),
): Promise<string[]> {
  const problems = new Problems();
  if (isIP(host) !== 0 || !/^[-a-zA-Z0-9_.]+$/.test(host)) {
    problems.add('host', `${shown(host)} is not the name of a host; give an address as DatabasePeer.ipBlock`);
    problems.throwIfAny();
  }
  const found = await lookup(host).catch((error: NodeJS.ErrnoException) => {
    problems.add(
      'host',
      `${shown(host)} does not resolve here (${error.code ?? error.message}); synthesize where the cluster's names resolve, or give its ranges`,
    );
    return [];
  });
  problems.throwIfAny();
  const ranges = [...new Set(found.flatMap(({ address }) => singleAddress(address) ?? []))].sort();
  const notOutside = NOT_OUTSIDE.map(parseCidr);
  const useless = ranges.filter((range) => notOutside.some((each) => isInside(parseCidr(range), each)));
  if (ranges.length === 0) problems.add('host', `${shown(host)} has no address; give its ranges`);
  if (useless.length > 0) {
    problems.add(
      'host',
      `${shown(host)} resolves to ${useless.join(', ')} here, which is not the database's address in the cluster; give its ranges`,
    );
  }
  problems.throwIfAny();
  return ranges;
}

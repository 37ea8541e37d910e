import { isIPv4, isIPv6 } from 'node:net';
import { shown } from './problems';

/** A network in canonical form: no host bits, IPv6 in lower case and shortened. */
export interface Cidr {
  readonly text: string;
  readonly bits: 32 | 128;
  readonly network: bigint;
  readonly prefix: number;
}

/**
 * Reads an IPv4 or IPv6 network. Host bits are an error and not cut off: whoever wrote them meant another
 * network.
 *
 * @throws Error that says what is wrong with the value, and the remedy.
 */
export function parseCidr(text: string): Cidr {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('%') ? 6 : undefined;
  if (family === undefined || rest.length > 0) {
    throw new Error(`${shown(text)} is not ${rangeName(text)}`);
  }
  if (family === 6 && address.includes('.')) {
    throw new Error(`${shown(text)} is IPv4 written as IPv6; write the IPv4 range instead`);
  }
  const bits = family === 4 ? 32 : 128;
  if (length === undefined) {
    throw new Error(`${shown(text)} has no prefix length; write "${text}/${bits}" for this one address`);
  }
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits || String(Number(length)) !== length) {
    throw new Error(
      `${shown(text)} has the prefix length ${shown(length)}; give a whole number from 0 to ${bits}`,
    );
  }
  const prefix = Number(length);
  const value = family === 4 ? ipv4Value(address) : ipv6Value(address);
  const hostBits = BigInt(bits - prefix);
  const network = (value >> hostBits) << hostBits;
  const canonical = `${family === 4 ? ipv4Text(network) : ipv6Text(network)}/${prefix}`;
  if (network !== value) {
    throw new Error(
      `${shown(text)} has host bits set; write "${canonical}" for the network or "${address}/${bits}" for the address`,
    );
  }
  return { text: canonical, bits, network, prefix };
}

/**
 * Whether `inner` is a real part of `outer`; the API server refuses an exception that is all of the range.
 */
export function isStrictlyInside(inner: Cidr, outer: Cidr): boolean {
  return inner.prefix > outer.prefix && isInside(inner, outer);
}

/** Whether `inner` is a part of `outer`, or the same. */
export function isInside(inner: Cidr, outer: Cidr): boolean {
  const hostBits = BigInt(outer.bits - outer.prefix);
  return (
    inner.bits === outer.bits &&
    inner.prefix >= outer.prefix &&
    inner.network >> hostBits === outer.network >> hostBits
  );
}

function rangeName(text: string): string {
  return text.includes(':')
    ? 'an IPv6 range; write groups of hexadecimal digits and a prefix length, for example "fd00:10::/64"'
    : 'an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"';
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function ipv6Value(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const zeros = longestRunOfZeros(groups);
  if (zeros.length < 2) return groups.join(':');
  const before = groups.slice(0, zeros.start).join(':');
  return `${before}::${groups.slice(zeros.start + zeros.length).join(':')}`;
}

/** The first of the longest, as RFC 5952 wants it. */
function longestRunOfZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === '0' ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

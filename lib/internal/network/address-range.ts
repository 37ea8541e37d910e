import { isIP } from 'node:net';
import { type Cidr, isInside, isStrictlyInside, parseCidr } from '../cidr';
import { type Problems, shown } from '../problems';
import type { AddressRange } from './destination';

/**
 * Where clouds hand out credentials and the identity of the machine: the metadata services of AWS, Google and Azure,
 * that of GKE, the credentials of ECS tasks, and the agent of EKS Pod Identity.
 */
const METADATA_ADDRESSES: readonly Cidr[] = [
  '169.254.169.254/32',
  '169.254.169.252/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
].map(parseCidr);

/** Private ranges are not larger: 10.0.0.0/8, and fc00::/7. */
const NARROWEST_COMMON = 7;

interface RangeOptions {
  readonly except?: readonly string[];
  readonly allowEveryAddress?: boolean;
}

/** Reads a range and its exceptions; every fault goes to `problems`. */
export function addressRange(
  problems: Problems,
  cidr: string,
  { except = [], allowEveryAddress = false }: RangeOptions,
): AddressRange {
  const range = parse(problems, 'cidr', cidr);
  const exceptions = except.flatMap((text) => parse(problems, 'except', text) ?? []);
  if (range) {
    for (const exception of exceptions.filter((each) => !isStrictlyInside(each, range))) {
      problems.add(
        'except',
        `${shown(exception.text)} is not a part of ${shown(range.text)}; give ranges inside it`,
      );
    }
    problems.check('cidr', everyAddressProblem(range, allowEveryAddress));
    problems.check('cidr', metadataProblem(range, exceptions));
  }
  return {
    kind: 'addresses',
    cidr: range?.text ?? cidr,
    except: exceptions.map(({ text }) => text),
    isOfNode: false,
  };
}

/** The range of exactly one address; `undefined` where the text is none. */
export function singleAddress(address: string): string | undefined {
  const family = isIP(address);
  const isMapped = family === 6 && address.includes('.');
  if (family === 0 || isMapped || address.includes('%')) return undefined;
  return parseCidr(`${address}/${family === 4 ? 32 : 128}`).text;
}

function parse(problems: Problems, subject: string, text: string): Cidr | undefined {
  try {
    return parseCidr(text);
  } catch (error) {
    problems.add(subject, (error as Error).message);
    return undefined;
  }
}

function everyAddressProblem(range: Cidr, allowed: boolean): string | undefined {
  if (range.prefix >= NARROWEST_COMMON || allowed) return undefined;
  const what = range.prefix === 0 ? 'every address there is' : 'a large part of the internet';
  return `${shown(range.text)} is ${what}; give the ranges that the database can have, or set allowEveryAddress`;
}

/** Whoever asks for exactly such an address means it. */
function metadataProblem(range: Cidr, exceptions: readonly Cidr[]): string | undefined {
  const open = METADATA_ADDRESSES.filter(
    (address) =>
      isStrictlyInside(address, range) && !exceptions.some((exception) => isInside(address, exception)),
  );
  if (open.length === 0) return undefined;
  const addresses = open.map(({ text }) => text.split('/')[0]).join(', ');
  const remedy = open.map(({ text }) => shown(text)).join(', ');
  return `${shown(range.text)} contains ${addresses}, where clouds hand out credentials; give narrower ranges, or add ${remedy} to except`;
}

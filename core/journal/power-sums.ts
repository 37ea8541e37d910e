/**
 * A set in a few numbers. The sums of the first powers of its members, in a prime field, do not depend on their order,
 * and tell of a larger set which members are too many, as long as those are no more than there are sums (Newton's
 * identities): nothing has to be searched or guessed.
 */
export type PowerSums = readonly bigint[];

/** A Mersenne prime: 61 bits leave no room for chance, and fit eight bytes. */
const PRIME = 2n ** 61n - 1n;
/** How many members too many are recognized, wherever they stand. */
export const SUMS = 8;
export const BYTES_OF_SUM = 8;

const modulo = (value: bigint) => ((value % PRIME) + PRIME) % PRIME;

/** A member of the field that stands for the hash, which is in hex. */
export function memberOf(hash: string): bigint {
  return BigInt(`0x${hash.slice(0, 16)}`) % PRIME;
}

export function powerSums(members: readonly bigint[]): PowerSums {
  const sums = new Array<bigint>(SUMS).fill(0n);
  for (const member of members) {
    let power = 1n;
    for (let index = 0; index < SUMS; index++) {
      power = (power * member) % PRIME;
      sums[index] = ((sums[index] ?? 0n) + power) % PRIME;
    }
  }
  return sums;
}

/**
 * The places of the members that are too many, so that the rest is the set of these sums; undefined where it is not among
 * them, or where more are too many than can be told.
 */
export function placesOfSurplus(
  members: readonly bigint[],
  expected: PowerSums,
  surplus: number,
): readonly number[] | undefined {
  if (surplus < 0 || surplus > SUMS) return undefined;
  const sums = powerSums(members).map((sum, index) => modulo(sum - (expected[index] ?? 0n)));
  let open = polynomialOf(sums, surplus);
  const places: number[] = [];
  for (const [place, member] of members.entries()) {
    const { quotient, rest } = divide(open, member);
    if (open.length === 1 || rest !== 0n) continue;
    open = quotient;
    places.push(place);
  }
  if (open.length > 1) return undefined;
  const found = powerSums(places.map((place) => members[place] ?? 0n));
  return found.every((sum, index) => sum === sums[index]) ? places : undefined;
}

/** The polynomial whose roots have these power sums, the highest coefficient first. */
function polynomialOf(sums: PowerSums, degree: number): bigint[] {
  const coefficients = [1n];
  for (let k = 1; k <= degree; k++) {
    const total = coefficients.reduce((sum, each, index) => sum + each * (sums[k - 1 - index] ?? 0n), 0n);
    coefficients.push(modulo(-total * inverse(BigInt(k))));
  }
  return coefficients;
}

/** Divides by (x - root), as Horner does. */
function divide(coefficients: readonly bigint[], root: bigint): { quotient: bigint[]; rest: bigint } {
  let carried = 0n;
  const values = coefficients.map((each) => {
    carried = modulo(carried * root + each);
    return carried;
  });
  return { quotient: values.slice(0, -1), rest: values.at(-1) ?? 0n };
}

/** By Fermat. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % PRIME;
  for (let exponent = PRIME - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % PRIME;
    base = (base * base) % PRIME;
  }
  return result;
}

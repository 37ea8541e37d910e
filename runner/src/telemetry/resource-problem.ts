import { decoded } from './headers';

/** The SDK takes no longer ones. */
const LONGEST = 255;

/**
 * What is wrong with OTEL_RESOURCE_ATTRIBUTES. One part that can't be read costs all of them, namespace and environment
 * too, of which the SDK says nothing.
 */
export function resourceProblem(text = ''): string | undefined {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const bad = parts.findIndex((part) => !isReadable(part));
  if (bad === -1) return undefined;
  return `OTEL_RESOURCE_ATTRIBUTES is left out, all of it: attribute ${bad + 1} is not name=value with "," "=" and "%" percent-encoded, or longer than ${LONGEST} characters`;
}

function isReadable(part: string): boolean {
  const [name, value, ...more] = part.split('=').map((side) => decoded(side.trim()));
  if (!name || value === undefined || more.length > 0) return false;
  return name.length <= LONGEST && value.length <= LONGEST;
}

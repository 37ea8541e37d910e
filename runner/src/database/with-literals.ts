import { quoteLiteral } from '../sql/quote';

/** A name, a constant or a comment, which keep what looks like a parameter in them; or a parameter. */
const PLACE = /"[^"]*"|'[^']*'|--[^\n]*|\$(\d+)/g;

/**
 * Puts the parameters of a statement of ours into its text, as constants whose type the server finds out as it would
 * that of a parameter. A statement with parameters costs the driver two round trips, because it asks for their types
 * first, and nothing can be sent behind it meanwhile.
 */
export function withLiterals(text: string, parameters: readonly (string | number | null)[]): string {
  if (parameters.length === 0) return text;
  return text.replace(PLACE, (place, number: string | undefined) => {
    if (number === undefined) return place;
    const value = parameters[Number(number) - 1];
    if (value === undefined) throw new Error(`${place} has no value`);
    return value === null ? 'null' : quoteLiteral(String(value));
  });
}

const SPECIFIER = /%(?:(\d+)\$)?(-)?(\d+|\*(?:\d+\$)?)?([sIL%])/g;

/**
 * Fills a template as PostgreSQL's format() does.
 *
 * @param fill gives what a conversion (`s`, `I` or `L`) makes of an argument; undefined where nobody knows the argument.
 * @see https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-FORMAT
 */
export function fillFormat(
  template: string,
  args: readonly string[],
  fill: (conversion: string, text: string | undefined) => string,
): string {
  let position = 0;
  return template.replace(SPECIFIER, (_all, number, _minus, width: string | undefined, conversion) => {
    if (conversion === '%') return '%';
    // A width can be an argument too; those after it are counted on.
    if (width === '*') position += 1;
    position = number === undefined ? position + 1 : Number(number);
    return fill(conversion, args[position - 1]);
  });
}

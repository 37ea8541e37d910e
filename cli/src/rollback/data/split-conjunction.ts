/**
 * The parts of `(a AND b AND c)` as the server writes it, which puts every AND and OR in parentheses of its own; else
 * the expression as it is. A row is refused exactly if one of the parts is false for it.
 */
export function splitConjunction(expression: string): string[] {
  if (!expression.startsWith('(') || !expression.endsWith(')')) return [expression];
  const parts: string[] = [];
  let depth = 0;
  let start = 1;
  // Constants and quoted names are skipped as a whole, so that what stands in them is not taken for SQL.
  for (const { 0: token, index } of expression.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()[\]]| AND /g)) {
    if (token === '(' || token === '[') depth++;
    if (token === ')' || token === ']') depth--;
    // The first parenthesis does not belong to the last one.
    if (depth === 0 && index < expression.length - 1) return [expression];
    if (token !== ' AND ' || depth !== 1) continue;
    parts.push(expression.slice(start, index));
    start = index + token.length;
  }
  parts.push(expression.slice(start, -1));
  return parts.length > 1 ? parts.flatMap(splitConjunction) : [expression];
}

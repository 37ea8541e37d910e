const LITERAL = `'(?:[^']|'')*'::character varying`;
/** What stands behind the value that is looked for, as the server writes it down for one of type varchar. */
const LIST = new RegExp(
  String.raw`\)::text (= ANY|<> ALL) \(\(ARRAY\[(${LITERAL}(?:, ${LITERAL})*)\]\)::text\[\]\)`,
  'g',
);
/** These have a text in which nothing may change. */
const HAS_TEXT = /^(?:CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)|DO|COMMENT)\b/;

/**
 * Writes `value IN ('a', 'b')` where the server's own words would be read as something else than they were made from:
 * it then casts each value of the list instead of the list, and no catalog would be as before.
 */
export function withVarcharLists(sql: string): string {
  if (HAS_TEXT.test(sql)) return sql;
  let written = '';
  let read = 0;
  for (const match of sql.matchAll(LIST)) {
    const [all, operator, list = ''] = match;
    const start = openingOf(sql, match.index);
    if (start === undefined || start < read) continue;
    const value = sql.slice(start + 1, match.index);
    const values = list.replaceAll(/('(?:[^']|'')*')::character varying/g, '$1');
    written += `${sql.slice(read, start)}(${value}) ${operator === '= ANY' ? 'IN' : 'NOT IN'} (${values})`;
    read = match.index + all.length;
  }
  return written + sql.slice(read);
}

/** Where the parenthesis was opened that is closed at `close`; what is quoted has none. */
function openingOf(sql: string, close: number): number | undefined {
  const opened: number[] = [];
  for (const { 0: token, index } of sql.slice(0, close).matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') opened.push(index);
    else if (token === ')') opened.pop();
  }
  return opened.at(-1);
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface PasswordSpan extends Span {
  readonly value: string;
}

const WORD = String.raw`\b\w*(?:password|passwd|passphrase|secret)\b["']?`;
const SPACE = String.raw`(?:\s|/\*(?:(?!\*/)[^])*\*/|--[^\n]*\n)`;
const QUOTED = (name: string) => String.raw`(?:[eEnN]|[uU]&)?'(?<${name}>(?:[^'\\]|\\[^]|'')*)(?:'|$)`;
/** One literal, or two that PostgreSQL joins; in a body that is a literal itself the quotes are doubled. */
const LITERAL = [
  String.raw`''(?<twice>[^']+)''`,
  `${QUOTED('quoted')}(?:${SPACE}+${QUOTED('next')})?`,
  String.raw`\$(?<tag>\w*)\$(?<dollar>[^]*?)(?:\$\k<tag>\$|$)`,
].join('|');

/**
 * PASSWORD 'x', password = 'x', password => 'x', OPTIONS (password 'x'), "password": 'x', password = crypt('x' …
 * A quote right behind the word can also end a literal with that word; it counts as the beginning of a password only
 * behind a space: rather too much is hidden than too little.
 */
const ASSIGNED = new RegExp(
  [
    `(?:${WORD}(?:${SPACE}*(?:=>|:=|=|:|,)${SPACE}*|${SPACE}+)|(?<=\\s)password)`,
    `(?:[\\w.]+${SPACE}*\\(${SPACE}*)?`,
    `(?:${LITERAL})`,
  ].join(''),
  'dgi',
);

/** password=x inside a connection string, which is a literal itself; quotes are doubled there. */
const IN_CONNECTION_STRING = /\bpassword=(?:''(?<doubled>(?:[^']|'{4})*)''|(?<bare>[^\s'"&;()$]+))/dgi;

/** Where a piece of SQL has passwords in plain text, in the order of the text. */
export function findPasswords(sql: string): PasswordSpan[] {
  const spans = [ASSIGNED, IN_CONNECTION_STRING].flatMap((pattern) =>
    [...sql.matchAll(pattern)].flatMap(({ groups, indices }) =>
      Object.entries(indices?.groups ?? {}).flatMap(([name, place]) =>
        name === 'tag' || !place
          ? []
          : [{ start: place[0], end: place[1], value: (groups?.[name] ?? '').replaceAll("''", "'") }],
      ),
    ),
  );
  return spans
    .filter(({ value }) => value !== '')
    .sort((a, b) => a.start - b.start)
    .filter(({ start }, index, all) => start !== all[index - 1]?.start);
}

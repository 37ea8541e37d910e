import { isRowDataShown } from './row-data';
import type { ServerError } from './server-error';
import { LONGEST_DETAIL, LONGEST_MESSAGE, shortened } from './shortened';
import { SqlState } from './sqlstate';

/** Errors of class 22 (data exception) repeat the value that they refuse, which can come from a row. */
const DATA_EXCEPTION = /^22/;

/** From the first opening quote to the last closing one, in the quotes of the languages that PostgreSQL speaks. */
const QUOTED = /(["»«„“‹])(.*)(["«»“”›])/su;

/** After these words a quoted name belongs to the schema or the configuration, not to a row. */
const NAMED =
  /\b(?:encoding|parameter|column|relation|table|function|constraint|type|domain|operator|index|time zone) "[^"]*"/g;

/**
 * The server's message without values of rows, bounded. Most messages have none; a data exception quotes one. The value
 * stays when it is a literal of the statement itself, which is shown anyway.
 */
export function messageOf(error: ServerError, statement = ''): string {
  return shortened(withoutRowData(error, statement), LONGEST_MESSAGE);
}

function withoutRowData({ code, message }: ServerError, statement: string): string {
  if (isRowDataShown() || !DATA_EXCEPTION.test(code)) return message;
  const names: string[] = [];
  // U+0000 can't be in a message; it holds the places of what stays.
  const open = message.replace(NAMED, (name) => `\0${names.push(name) - 1}\0`);
  const masked = open
    .replace(QUOTED, (all, before: string, value: string, after: string) =>
      isLiteralOf(statement, value) ? all : `${before}…${after}`,
    )
    .replace(/(?: 0x[0-9a-f]{2})+/g, ' …');
  return masked.replace(/\0(\d+)\0/g, (_, index: string) => names[Number(index)] ?? '');
}

function isLiteralOf(statement: string, value: string): boolean {
  return statement.includes(`'${value.replaceAll("'", "''")}'`);
}

/** Where the server itself lists what depends on an object, in words that are made of names alone. */
const LISTS_NAMES = ['reportDependentObjects', 'DropRole'];

/** The server's hint; DETAIL and CONTEXT as far as they may be shown, and a word where they may not. Each is bounded. */
export function furtherWords(error: ServerError): string[] {
  return wordsOf(error).map((words) => shortened(words, LONGEST_DETAIL));
}

function wordsOf({ hint, detail, where, code, routine = '' }: ServerError): string[] {
  const isOfNames = code === SqlState.DEPENDENT_OBJECTS_STILL_EXIST && LISTS_NAMES.includes(routine);
  const lines = [...(isOfNames && detail ? [`DETAIL: ${detail}`] : []), ...(hint ? [`hint: ${hint}`] : [])];
  const kept = { ...(detail && !isOfNames && { DETAIL: detail }), ...(where && { CONTEXT: where }) };
  const names = Object.keys(kept);
  if (names.length === 0) return lines;
  if (isRowDataShown()) return [...lines, ...Object.entries(kept).map(([name, text]) => `${name}: ${text}`)];
  const [they, them] = names.length === 1 ? ['it', 'it'] : ['they', 'them'];
  return [
    ...lines,
    `the server's ${names.join(' and ')} left out: ${they} can hold row data; SHOW_ERROR_DETAIL=true shows ${them}`,
  ];
}

import { setFlagsFromString } from 'node:v8';
import type { Node } from 'libpg-query';

type Parser = typeof import('libpg-query');

/**
 * Until Node 22, a process does not end before V8 has optimised what it began to: the parser's grammar, one function so
 * large that it takes several times as long as parsing whole folders with V8's baseline compiler does.
 */
const WAITS_FOR_THE_OPTIMIZER = Number.parseInt(process.versions.node, 10) < 24;

let parser: Promise<Parser> | undefined;

/** PostgreSQL's own parser: 1.7 MB of WebAssembly, loaded only when a statement must be understood. */
async function loadParser(): Promise<Parser> {
  if (WAITS_FOR_THE_OPTIMIZER) setFlagsFromString('--liftoff-only');
  const module = (await import('libpg-query')) as unknown as { default?: Parser } & Parser;
  const loaded = module.default ?? module;
  await loaded.loadModule();
  return loaded;
}

/** The parsed statement, or undefined when it is not valid SQL: the server will say why, with its own words. */
export async function parseStatement(text: string): Promise<Node | undefined> {
  parser ??= loadParser();
  const { parseSync } = await parser;
  try {
    return parseSync(text).stmts?.[0]?.stmt;
  } catch {
    return undefined;
  }
}

/** Why the parser refuses a statement, with the character (from 0) where it stopped; undefined when it reads it. */
export async function syntaxProblem(
  text: string,
): Promise<{ message: string; character: number } | undefined> {
  parser ??= loadParser();
  const { parseSync } = await parser;
  try {
    parseSync(text);
    return undefined;
  } catch (error) {
    const { message, sqlDetails } = error as Error & { sqlDetails?: { cursorPosition?: number } };
    return { message, character: sqlDetails?.cursorPosition ?? 0 };
  }
}

/** The tree of a DO block in PL/pgSQL, or undefined when its parser refuses it. */
export async function parseBlock(text: string): Promise<object | undefined> {
  parser ??= loadParser();
  const { parsePlPgSQLSync } = await parser;
  try {
    return parsePlPgSQLSync(text);
  } catch {
    return undefined;
  }
}

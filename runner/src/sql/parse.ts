import type { Node } from 'libpg-query';

type Parser = typeof import('libpg-query');

let parser: Promise<Parser> | undefined;

/** PostgreSQL's own parser: 1.7 MB of WebAssembly, loaded only when a statement must be understood. */
async function loadParser(): Promise<Parser> {
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

import type { Node } from 'libpg-query';
import type { Migration } from '../../../../core/journal';
import type { Session } from '../../database/session';
import { parseStatement } from '../../sql/parse';
import { splitStatements } from '../../sql/split-statements';
import { alreadyThere } from './already-there';
import { ExpectedSchema } from './expected-schema';
import { EXTENSION_CASCADE, followChange } from './follow-change';
import { followCreate } from './follow-create';
import { followAlterTable } from './follow-table';
import { isCall, Routines } from './routines';

/** A statement that may have changed anything it mentions: a DO block, a function that was called. */
export interface OpaqueStatement {
  readonly migration: string;
  readonly statement: number;
  /** In lower case, with the bodies of the functions that it calls. */
  readonly text: string;
  /** It took along what only the catalog could tell. */
  readonly takes?: 'parts of an extension';
}

/** What a range of migrations, applied from the first to the last, leaves behind. */
export interface Expectation {
  readonly schema: ExpectedSchema;
  readonly opaque: readonly OpaqueStatement[];
  /** By tag: the kinds of statements that leave nothing in the catalog to look for, with their number. */
  readonly unseen: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** What is longer can only be data in disguise: the parser's memory is some eighty times the text. */
const LONGEST = 200_000;

/** Statements that carry bulk data, or change nothing that is looked at; the parser never sees them. */
const DATA = /^(?:insert|update|delete|merge|values|with|copy|truncate)\b/i;
const SILENT =
  /^(?:comment|reset|show|analyze|vacuum|begin|start|commit|end|savepoint|release|lock|discard|explain)\b/i;

/** What drizzle-kit wrote before it had IF NOT EXISTS: the block's statements, passed over where the object exists. */
const GUARDED =
  /^\s*begin\s+(?<body>[\s\S]*?)\s*exception\s+when\s+duplicate_\w+(?:\s+or\s+duplicate_\w+)*\s+then\s+null\s*;\s*end\s*;?\s*$/i;

/** Follows the statements of the migrations with PostgreSQL's parser, in their order. */
export async function expectMigrations(
  migrations: readonly Migration[],
  searchPath: readonly string[],
  { backslashes }: Pick<Session, 'backslashes'> = { backslashes: false },
): Promise<Expectation> {
  const schema = new ExpectedSchema(searchPath);
  const opaque: OpaqueStatement[] = [];
  const unseen = new Map<string, Map<string, number>>();
  const routines = new Routines();
  for (const { tag, sql } of migrations) {
    schema.beginMigration(tag);
    const kinds = new Map<string, number>();
    unseen.set(tag, kinds);
    for (const { text } of splitStatements(sql, undefined, backslashes)) {
      schema.statement += 1;
      for (const what of await follow(schema, text)) {
        kinds.set(what, (kinds.get(what) ?? 0) + 1);
        const place = { migration: tag, statement: schema.statement };
        if (OPAQUE.has(what)) opaque.push({ ...place, text: routines.mentionedBy(text) });
        if (what === EXTENSION_CASCADE) opaque.push({ ...place, text: '', takes: 'parts of an extension' });
      }
      routines.see(text);
    }
    schema.endMigration();
  }
  return { schema, opaque, unseen };
}

const UNPARSED = 'statement that could not be read';
const OPAQUE: ReadonlySet<string> = new Set(['DO', 'SELECT', 'CALL', UNPARSED]);

/** @returns what of the statement the catalog does not show. */
async function follow(schema: ExpectedSchema, text: string): Promise<string[]> {
  const word = /^(?:(?:create|alter|drop)\s+)?\w+/i.exec(text)?.[0].toUpperCase() ?? '';
  if (SILENT.test(text)) return [];
  if (DATA.test(text)) return [word];
  if (isCall(text)) return followPath(schema, text) ? [] : [word];
  const node = text.length > LONGEST ? undefined : await parseStatement(text);
  if (!node) return [UNPARSED];
  return followNode(schema, node, word);
}

async function followNode(schema: ExpectedSchema, node: Node, word: string): Promise<string[]> {
  if ('DoStmt' in node) return followBlock(schema, node.DoStmt.args ?? []);
  if ('AlterTableStmt' in node) return followAlterTable(schema, node.AlterTableStmt);
  if ('VariableSetStmt' in node) {
    const { name, args } = node.VariableSetStmt;
    if (name === 'search_path') schema.searchPath = args?.flatMap(constantOf) ?? schema.searchPath;
    return [];
  }
  if (followCreate(schema, node)) return [];
  return followChange(schema, node) ?? [word];
}

async function followBlock(schema: ExpectedSchema, options: readonly Node[]): Promise<string[]> {
  const body = options
    .flatMap((option) => ('DefElem' in option && option.DefElem.defname === 'as' ? [option.DefElem.arg] : []))
    .map((node) => (node && 'String' in node ? (node.String.sval ?? '') : ''))
    .join('');
  const inner = GUARDED.exec(body)?.groups?.body;
  if (inner === undefined) return ['DO'];
  const statements = splitStatements(inner);
  const nodes = await Promise.all(statements.map(({ text }) => parseStatement(text)));
  const isPlain = nodes.every(
    (node) =>
      node && ('AlterTableStmt' in node || Object.keys(node)[0]?.startsWith('Create') || 'IndexStmt' in node),
  );
  if (!isPlain) return ['DO'];
  // One that exists undoes the others as well.
  const known = nodes.flatMap((node) => (node && alreadyThere(schema, node)) || []);
  if (known.length > 0) {
    for (const object of known) schema.touch(object);
    return [];
  }
  const unseen: string[] = [];
  for (const node of nodes) if (node) unseen.push(...(await followNode(schema, node, 'DO')));
  return unseen;
}

/** pg_dump sets the search path with a function. */
function followPath(schema: ExpectedSchema, text: string): boolean {
  const path = /^select\s+(?:pg_catalog\.)?set_config\(\s*'search_path'\s*,\s*'([^']*)'/i.exec(text)?.[1];
  if (path === undefined) return false;
  schema.searchPath = path
    .split(',')
    .map((name) => name.trim().replace(/^"|"$/g, ''))
    .filter(Boolean);
  return true;
}

function constantOf(node: Node): string[] {
  return 'A_Const' in node && node.A_Const.sval ? [node.A_Const.sval.sval ?? ''] : [];
}

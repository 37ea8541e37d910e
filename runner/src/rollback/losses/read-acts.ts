import type { Node } from 'libpg-query';
import { blockStatements } from '../../sql/effects/block-statements';
import { listsRows } from '../../sql/effects/bulk-data';
import { parseStatement } from '../../sql/parse';
import { lineCounter } from '../../sql/position';
import type { UndoScript } from '../undo-script';
import type { Act, Unseen } from './act';
import { nameCommand } from './name-command';
import { readNode } from './read-node';

export type { Unseen } from './act';

/** The parser needs some 80 bytes for each of a statement's; nothing but data is longer than this. */
const LARGEST_PARSED = 200_000;

/** Everything that rollback scripts do, as far as their text tells. */
export interface ReadScripts {
  readonly acts: readonly Act[];
  readonly unseen: readonly Unseen[];
}

/**
 * Reads scripts with PostgreSQL's parser, in the order in which they run. A DO block counts as all the statements in it,
 * whether or not its conditions let them run.
 */
export async function readActs(scripts: readonly UndoScript[]): Promise<ReadScripts> {
  const acts: Act[] = [];
  const unseen: Unseen[] = [];
  for (const [script, { statements, member, file, sql }] of scripts.entries()) {
    const migration = member.tag;
    const lineOf = lineCounter(sql);
    for (const { text, start } of statements) {
      const read = await readStatement(text);
      acts.push(...read.acts.map((act) => ({ ...act, script, migration })));
      const line = lineOf(start);
      unseen.push(...read.unseen.map((what) => ({ migration, file, line, what })));
    }
  }
  return { acts, unseen };
}

/** The statements of which the text does not tell what they destroy. */
export async function findUnseen(scripts: readonly UndoScript[]): Promise<readonly Unseen[]> {
  return (await readActs(scripts)).unseen;
}

interface ReadStatement {
  readonly acts: readonly Omit<Act, 'script' | 'migration'>[];
  readonly unseen: readonly string[];
}

async function readStatement(text: string): Promise<ReadStatement> {
  if (listsRows(text) && !/\bon\s+conflict\b/i.test(text.slice(-2000))) return { acts: [], unseen: [] };
  if (text.length > LARGEST_PARSED) return notSeen('a statement that is too large to be read');
  const node = await parseStatement(text);
  if (!node) return notSeen('a statement that our parser cannot read');
  if ('DoStmt' in node) {
    const { statements, unknown } = await blockStatements(text, node.DoStmt);
    const parts: ReadStatement[] = [];
    for (const statement of statements) parts.push(await readStatement(statement));
    return {
      acts: parts.flatMap(({ acts }) => acts),
      unseen: [...new Set([...unknown, ...parts.flatMap(({ unseen }) => unseen)])],
    };
  }
  const hidden = hiddenIn(node);
  if (hidden) return notSeen(hidden);
  const acts = readNode(node).map((body) => ({ body, command: nameCommand(body), text }));
  return { acts, unseen: [] };
}

function notSeen(what: string): ReadStatement {
  return { acts: [], unseen: [what] };
}

function hiddenIn(node: Node): string | undefined {
  if ('CallStmt' in node) return 'CALL of a procedure';
  if ('DropOwnedStmt' in node) return 'DROP OWNED, which drops whatever a role owns';
  return undefined;
}

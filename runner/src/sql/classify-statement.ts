import type { DoStmt, Node } from 'libpg-query';
import { type AloneTarget, aloneOf } from './alone-target';
import { parseStatement } from './parse';
import { mayCallSetConfigLocal } from './set-config';
import { settingOf } from './setting';
import type { Statement } from './split-statements';
import type { ConcurrentIndex, StatementKind } from './statement-kind';
import { transactionCommand } from './transaction-command';

export type { ConcurrentIndex, StatementKind } from './statement-kind';

/** The words without which a statement is surely transactional, so that it need not be parsed. */
export const VOCABULARY: ReadonlySet<string> = new Set([
  ...[
    'CONCURRENTLY',
    'VACUUM',
    'DATABASE',
    'TABLESPACE',
    'SYSTEM',
    'REINDEX',
    'SUBSCRIPTION',
    'CLUSTER',
    'VALUE',
  ],
  ...['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE', 'PREPARE', 'COPY'],
  'SET_CONFIG',
]);

const TRANSACTIONAL: StatementKind = { kind: 'transactional' };

/** Statements that carry bulk data, whatever their columns are called: the parser must never see those. */
const DATA = /^[(\s]*(?:insert|update|delete|merge|select|values|with|comment|explain)\b/i;

/** What begins like this is told by its first word. */
const LEADING = /^(?:set|reset|discard|call|do|listen|unlisten|load|deallocate|prepare)\b/i;

/** What runs a function that it calls; others only store the call. */
const RUNS_CALLS = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** Nothing that matters here is longer (1 MB costs the parser 80 MB); what is counts as transactional. */
const LARGEST_PARSED = 1_000_000;

/** Decides with PostgreSQL's parser how a statement behaves; those without a word of the vocabulary are not parsed. */
export async function classifyStatement(statement: Statement): Promise<StatementKind> {
  const { text } = statement;
  if (text.startsWith('\\')) return { kind: 'psql-command', what: /^\\\S*/.exec(text)?.[0] ?? '\\' };
  if (!needsParser(statement)) return TRANSACTIONAL;
  const node = await parseStatement(text);
  return node ? classifyNode(node, text) : TRANSACTIONAL;
}

/** Whether only the parser can tell; never true of bulk data, whose size the parser could not take. */
export function needsParser({ text, words }: Statement): boolean {
  if (text.length > LARGEST_PARSED) return false;
  if (DATA.test(text)) return words.has('SET_CONFIG');
  return words.size > 0 || LEADING.test(text);
}

function classifyNode(node: Node, text: string): StatementKind {
  if ('TransactionStmt' in node) {
    const command = transactionCommand(node.TransactionStmt);
    const { savepoint_name: savepoint } = node.TransactionStmt;
    const control = { kind: 'transaction-control', what: command.toUpperCase(), command } as const;
    return savepoint === undefined ? control : { ...control, savepoint };
  }
  if ('AlterEnumStmt' in node) {
    const adds = node.AlterEnumStmt.newVal !== undefined && node.AlterEnumStmt.oldVal === undefined;
    return adds ? { kind: 'enum-value' } : TRANSACTIONAL;
  }
  if ('CopyStmt' in node) {
    const { is_from, filename, is_program } = node.CopyStmt;
    if (filename || is_program) return TRANSACTIONAL;
    return { kind: 'copy-from-stdin', what: is_from ? 'COPY … FROM STDIN' : 'COPY … TO STDOUT' };
  }
  if ('CallStmt' in node) return { kind: 'procedure', what: 'CALL' };
  if ('DoStmt' in node)
    return addsEnumValue(node.DoStmt) ? { kind: 'enum-value' } : { kind: 'procedure', what: 'DO' };
  const alone = aloneOf(node);
  if (alone) {
    const index = concurrentIndex(alone.target);
    return { kind: 'non-transactional', ...alone, ...(index && { index }) };
  }
  const setting = settingOf(node, text);
  if (setting) return { kind: 'setting', ...setting };
  const setsLocal = RUNS_CALLS.some((statement) => statement in node) && mayCallSetConfigLocal(node);
  return setsLocal ? { kind: 'transactional', setsLocal } : TRANSACTIONAL;
}

/** The text is enough: when the block does not run into the command after all, only a unit ends early. */
function addsEnumValue({ args }: DoStmt): boolean {
  return (args ?? []).some((argument) => {
    const body =
      'DefElem' in argument && argument.DefElem.defname === 'as' ? argument.DefElem.arg : undefined;
    return body && 'String' in body && /\balter\s+type\b[^;]*\badd\s+value\b/i.test(body.String.sval ?? '');
  });
}

function concurrentIndex(target: AloneTarget): ConcurrentIndex | undefined {
  if (target.command !== 'create index' || target.name === undefined) return undefined;
  return { name: target.name, schema: target.table.schema, table: target.table.name };
}

import type { Node } from 'libpg-query';
import { parseStatement } from './parse';
import type { Statement } from './split-statements';

/** How a statement behaves inside a transaction. */
export type StatementKind =
  /** Can run in one, as nearly everything can. */
  | { readonly kind: 'transactional' }
  /** Adds an enum value: can run in one, but the value can be used only after its commit. */
  | { readonly kind: 'enum-value' }
  /** PostgreSQL refuses it in one. */
  | { readonly kind: 'non-transactional'; readonly what: string; readonly index?: ConcurrentIndex }
  /** BEGIN, COMMIT and the like: the file wants to manage its own transaction. */
  | { readonly kind: 'transaction-control'; readonly what: string }
  /** COPY … FROM STDIN: a file has no standard input. */
  | { readonly kind: 'copy-from-stdin' };

/** The index of a CREATE INDEX CONCURRENTLY, which an interrupted build leaves behind invalid. */
export interface ConcurrentIndex {
  readonly name: string;
  readonly schema: string | undefined;
  readonly table: string;
}

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
]);

const TRANSACTIONAL: StatementKind = { kind: 'transactional' };

/** Statements that carry bulk data, whatever their columns are called: the parser must never see those. */
const DATA = /^(?:insert|update|delete|merge|select|values|with|comment)\b/i;

/** Decides with PostgreSQL's parser how a statement behaves; those without a word of the vocabulary are not parsed. */
export async function classifyStatement(statement: Statement): Promise<StatementKind> {
  if (statement.words.size === 0 || DATA.test(statement.text)) return TRANSACTIONAL;
  const node = await parseStatement(statement.text);
  return node ? classifyNode(node) : TRANSACTIONAL;
}

function classifyNode(node: Node): StatementKind {
  if ('TransactionStmt' in node) {
    const what = (node.TransactionStmt.kind ?? '').replace('TRANS_STMT_', '').replaceAll('_', ' ');
    return { kind: 'transaction-control', what };
  }
  if ('AlterEnumStmt' in node) {
    const adds = node.AlterEnumStmt.newVal !== undefined && node.AlterEnumStmt.oldVal === undefined;
    return adds ? { kind: 'enum-value' } : TRANSACTIONAL;
  }
  if ('CopyStmt' in node) {
    const { is_from, filename, is_program } = node.CopyStmt;
    return is_from && !filename && !is_program ? { kind: 'copy-from-stdin' } : TRANSACTIONAL;
  }
  if ('IndexStmt' in node && node.IndexStmt.concurrent) {
    const { idxname, relation } = node.IndexStmt;
    const index =
      idxname && relation?.relname
        ? { name: idxname, schema: relation.schemaname, table: relation.relname }
        : undefined;
    return { kind: 'non-transactional', what: 'CREATE INDEX CONCURRENTLY', ...(index && { index }) };
  }
  const what = nonTransactional(node);
  return what ? { kind: 'non-transactional', what } : TRANSACTIONAL;
}

/** Name of the command when PostgreSQL calls PreventInTransactionBlock for it. */
function nonTransactional(node: Node): string | undefined {
  if ('DropStmt' in node && node.DropStmt.concurrent) return 'DROP INDEX CONCURRENTLY';
  if ('ReindexStmt' in node) {
    const { kind, params } = node.ReindexStmt;
    const concurrently = params?.some(
      (param) => 'DefElem' in param && param.DefElem.defname === 'concurrently',
    );
    if (concurrently) return 'REINDEX CONCURRENTLY';
    return kind === 'REINDEX_OBJECT_INDEX' || kind === 'REINDEX_OBJECT_TABLE'
      ? undefined
      : 'REINDEX of a database';
  }
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd ? 'VACUUM' : undefined;
  if ('ClusterStmt' in node) return node.ClusterStmt.relation ? undefined : 'CLUSTER of all tables';
  if ('CreatedbStmt' in node) return 'CREATE DATABASE';
  if ('DropdbStmt' in node) return 'DROP DATABASE';
  if ('AlterDatabaseStmt' in node)
    return moves(node.AlterDatabaseStmt.options) ? 'ALTER DATABASE … SET TABLESPACE' : undefined;
  if ('CreateTableSpaceStmt' in node) return 'CREATE TABLESPACE';
  if ('DropTableSpaceStmt' in node) return 'DROP TABLESPACE';
  if ('AlterSystemStmt' in node) return 'ALTER SYSTEM';
  if ('CreateSubscriptionStmt' in node) return 'CREATE SUBSCRIPTION';
  if ('DropSubscriptionStmt' in node) return 'DROP SUBSCRIPTION';
  if ('AlterTableStmt' in node && node.AlterTableStmt.cmds?.some(detachesConcurrently)) {
    return 'ALTER TABLE … DETACH PARTITION CONCURRENTLY';
  }
  return undefined;
}

function moves(options: Node[] | undefined): boolean {
  return options?.some((option) => 'DefElem' in option && option.DefElem.defname === 'tablespace') ?? false;
}

function detachesConcurrently(command: Node): boolean {
  if (!('AlterTableCmd' in command)) return false;
  const definition = command.AlterTableCmd.def;
  return (
    command.AlterTableCmd.subtype === 'AT_DetachPartition' &&
    definition !== undefined &&
    'PartitionCmd' in definition &&
    definition.PartitionCmd.concurrent === true
  );
}

import type { TransactionStmt } from 'libpg-query';

/** What a statement does to the transaction around it. */
export type TransactionCommand =
  | (typeof COMMANDS)[keyof typeof COMMANDS]
  | 'commit and chain'
  | 'rollback and chain';

const COMMANDS = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback to',
  TRANS_STMT_PREPARE: 'prepare transaction',
  TRANS_STMT_COMMIT_PREPARED: 'commit prepared',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollback prepared',
} as const;

/** START TRANSACTION is `begin`, END is `commit` and ABORT is `rollback`, as for the server. */
export function transactionCommand({ kind, chain }: TransactionStmt): TransactionCommand {
  const command = COMMANDS[kind ?? 'TRANS_STMT_BEGIN'];
  return chain && (command === 'commit' || command === 'rollback') ? `${command} and chain` : command;
}

import type { AloneTarget } from './alone-target';
import type { Setting } from './setting';
import type { TransactionCommand } from './transaction-command';

/** How a statement behaves inside a transaction. */
export type StatementKind =
  /** Can run in one, as nearly everything can. */
  | {
      readonly kind: 'transactional';
      /** Calls set_config among other things, and what that sets ends with the transaction. */
      readonly setsLocal?: boolean;
    }
  /** Changes only the session (or, with `transaction`, only the transaction): a resumed run must say it again. */
  | ({ readonly kind: 'setting' } & Setting)
  /** Runs in one unless the procedure or block commits by itself: then the server answers 2D000. */
  | { readonly kind: 'procedure'; readonly what: 'CALL' | 'DO' }
  /** Adds an enum value: can run in one, but the value can be used only after its commit. */
  | { readonly kind: 'enum-value' }
  /** PostgreSQL refuses it in one. */
  | {
      readonly kind: 'non-transactional';
      readonly what: string;
      readonly target: AloneTarget;
      readonly index?: ConcurrentIndex;
    }
  /** BEGIN, COMMIT and the like: the file wants to manage its own transaction. */
  | {
      readonly kind: 'transaction-control';
      readonly what: string;
      readonly command: TransactionCommand;
      /** Name of the savepoint that the command sets, releases or goes back to. */
      readonly savepoint?: string;
    }
  /** A COPY from or to the client: a file has no standard input, and nobody reads what comes out. */
  | { readonly kind: 'copy-from-stdin'; readonly what: 'COPY … FROM STDIN' | 'COPY … TO STDOUT' }
  /** A command of psql such as `\connect`, which no server understands. */
  | { readonly kind: 'psql-command'; readonly what: string };

/** The index of a CREATE INDEX CONCURRENTLY, which an interrupted build leaves behind invalid. */
export interface ConcurrentIndex {
  readonly name: string;
  readonly schema: string | undefined;
  readonly table: string;
}

/** Whether a statement can be part of a transaction that somebody else opens and commits. */
export function canRunInTransaction(
  statement: StatementKind,
): statement is Extract<StatementKind, { kind: 'transactional' | 'setting' | 'procedure' | 'enum-value' }> {
  const { kind } = statement;
  return kind === 'transactional' || kind === 'setting' || kind === 'procedure' || kind === 'enum-value';
}

import type postgres from 'postgres';
import { isServerError, type ServerError } from '../../../../runner/src/errors/server-error';

export type Row = Readonly<Record<string, unknown>>;

/** Runs a statement in a savepoint: what the server refuses leaves nothing behind, and is returned. */
export async function attempt(tx: postgres.TransactionSql, text: string): Promise<Row[] | ServerError> {
  try {
    return await tx.savepoint(async (inner) => [...(await inner.unsafe(text))] as Row[]);
  } catch (error) {
    if (isServerError(error)) return error;
    throw error;
  }
}

/** The server's reason in one line, with the constraint where it names one. */
export function reasonOf(error: ServerError): string {
  return `${error.message} (${error.code})`;
}

/** Refused because of the statement or of what a trigger does, not because of the row's values. */
export function isHopeless({ code }: ServerError): boolean {
  return code.startsWith('42') || code.startsWith('0A');
}

/** A condition took too long to search for, which other values may avoid. */
export function isTimeout({ code }: ServerError): boolean {
  return code === '57014';
}

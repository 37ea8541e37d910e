import type postgres from 'postgres';
import type { Session } from '../../runner/src/database/session';

/** The client of a test as the runner's code takes it, for functions that only read. */
export function sessionOf(sql: Pick<postgres.Sql, 'unsafe'>): Session {
  return {
    ...{ pooled: false, backendPid: 0, backslashes: false, tls: undefined },
    query: async <T>(text: string, parameters: readonly (string | number | null)[] = []) =>
      [...(await sql.unsafe(text, [...parameters]))] as T[],
    execute: async <T>(text: string) => [...(await sql.unsafe(text).simple())] as T[],
    complete: async () => [],
    ahead: () => ({ rows: async () => [], complete: async () => [] }),
    tell: () => undefined,
    farewell: (use) => use(),
  };
}

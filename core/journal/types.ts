/** One migration of the folder, in the journal's order. */
export interface Migration {
  /** Name of the file without its ending, for example `0003_add_email`. Unique in a journal. */
  readonly tag: string;
  /** Position in the journal, from 0. The order of the file counts, not its `idx` (which can have gaps). */
  readonly position: number;
  /** Drizzle's timestamp in milliseconds; `created_at` in the history table. */
  readonly when: number;
  /** The whole text, decoded from UTF-8 as Drizzle sees it. */
  readonly sql: string;
  /** SHA-256 of the text, in hex: what Drizzle writes into the history table. */
  readonly hash: string;
  /** Hashes of the same text with other line ends (a checkout with CRLF is the same migration). */
  readonly equalHashes: readonly string[];
  /** Path of the file, for messages. */
  readonly path: string;
}

/** A migrations folder that was read without a fault. */
export interface Journal {
  readonly folder: string;
  readonly migrations: readonly Migration[];
  /** One digest over order, names, timestamps and contents; the same for CRLF and LF. */
  readonly digest: string;
  /** What is odd, but does not make order or content ambiguous. */
  readonly warnings: readonly string[];
}

/** Everything that is wrong with a migrations folder, each with its remedy in the same line. */
export class JournalError extends Error {
  constructor(
    readonly folder: string,
    readonly problems: readonly string[],
  ) {
    super(`${folder}: ${problems.join('; ')}`);
    this.name = 'JournalError';
  }
}

/**
 * How drizzle-kit laid the folder out: 0.x writes `meta/_journal.json` and `<tag>.sql`, 1.x a folder with a
 * `migration.sql` for each migration.
 */
export type Layout = '0.x' | '1.x';

/** One migration of the folder, in the order of application. */
export interface Migration {
  /** Its name in the folder, for example `0003_add_email` or `20260203091500_add_email`. Unique in a journal. */
  readonly tag: string;
  readonly layout: Layout;
  /**
   * The name by which drizzle-orm 1.0 knows it: that of its folder. For the 0.x layout the one that `drizzle-kit up`
   * will give it, so that a row written today is still known after that.
   */
  readonly name: string;
  /** Position in the folder, from 0. The order of the journal's entries counts, not their `idx` (which can have gaps). */
  readonly position: number;
  /** Drizzle's timestamp in milliseconds; `created_at` in the history table. The 1.x layout knows only whole seconds. */
  readonly when: number;
  /** The whole text, decoded from UTF-8 as Drizzle sees it. The reader loads it only when it is asked for. */
  readonly sql: string;
  /** SHA-256 of the text, in hex: what Drizzle writes into the history table. */
  readonly hash: string;
  /** Hashes of the same text with other line ends, and with or without a byte order mark: the same migration. */
  readonly equalHashes: readonly string[];
  /** SHA-256 with LF line ends, the byte order mark left as it is. */
  readonly lfHash: string;
  /** The file, relative to the folder and with "/", for messages. */
  readonly file: string;
  /** Path of the file. */
  readonly path: string;
}

/** Something odd in a folder that makes neither order nor content ambiguous. */
export interface Remark {
  /** Stable, for programs. */
  readonly kind:
    | 'byte-order-mark'
    | 'future-when'
    | 'index-order'
    | 'missing-snapshot'
    | 'no-entries'
    | 'not-newer'
    | 'same-second'
    | 'stray-file'
    | 'two-layouts';
  readonly message: string;
  /** The files that it is about, relative to the folder; the journal's own where it is about none else. */
  readonly files: readonly string[];
}

/** A migrations folder that was read without a fault. */
export interface Journal {
  readonly folder: string;
  readonly layout: Layout;
  readonly migrations: readonly Migration[];
  /** One digest over order, names, timestamps and contents; the same for CRLF and LF. */
  readonly digest: string;
  /** What is odd, but does not make order or content ambiguous. */
  readonly remarks: readonly Remark[];
  /** The same as sentences. */
  readonly warnings: readonly string[];
}

/** A row of Drizzle's history table, in its old format or in that of drizzle-orm 1.0. */
export interface HistoryRow {
  readonly id: number;
  readonly hash: string;
  readonly createdAt: number | null;
  /** The migration's name; null in the old format, and where drizzle-orm 0.x wrote into the new one. */
  readonly name: string | null;
  /** When it was applied, as ISO 8601 in UTC; null where the table does not tell. */
  readonly appliedAt: string | null;
}

export interface AppliedMigration {
  readonly migration: Migration;
  readonly row: HistoryRow;
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

  /** The problems as they are told where nobody knows which folder is meant. */
  get named(): string[] {
    return this.problems.map((problem) => `${this.folder}: ${problem}`);
  }
}

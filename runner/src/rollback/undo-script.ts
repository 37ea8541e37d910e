import type { Directive } from '../sql/directive';
import type { ClassifiedStatement } from '../sql/script-statements';
import type { RollbackMember } from './member';

/** The script that undoes one migration, read and found usable. */
export interface UndoScript {
  readonly member: RollbackMember;
  /** What to call it in messages. */
  readonly file: string;
  /** `stored`: as it was when the migration was applied, from the database. */
  readonly source: 'file' | 'stored';
  readonly sql: string;
  /** SHA-256 of the text with LF line ends. */
  readonly hash: string;
  readonly statements: readonly ClassifiedStatement[];
  /** How the script asks to be run, see {@link Directive}. */
  readonly directive?: Directive['mode'];
  /**
   * Where the file is not what was stored when the migration was applied: the lines that differ, `-` as stored and `+` as
   * in the file. The file is what runs.
   */
  readonly difference?: string;
}

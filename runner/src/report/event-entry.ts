import type { FieldName } from './fields';
import type { Level } from './level';

/** What an event means, and what it carries besides what every line has. */
export interface EventEntry {
  readonly levels: readonly Level[];
  readonly meaning: string;
  /** Fields that are always there. */
  readonly has?: readonly FieldName[];
  /** Fields that are there where they are known. */
  readonly may?: readonly FieldName[];
}

import type { Migration } from '../../../core/journal';
import type { Directive } from '../sql/directive';
import type { ClassifiedStatement } from '../sql/script-statements';

export interface PlannedMigration {
  readonly migration: Migration;
  readonly statements: readonly ClassifiedStatement[];
  /** The mode that the file itself asks for. */
  readonly directive: Directive['mode'];
}

/** How a unit is applied. */
export type UnitMode =
  /** All its migrations in one transaction. */
  | 'transactional'
  /** One migration, statement by statement, because PostgreSQL refuses one of them in a transaction. */
  | 'stepwise'
  /** One migration that begins and commits by itself, with a transaction open in front as Drizzle has it. */
  | 'own-transaction';

/** What commits together, or must be alone. */
export interface Unit {
  readonly mode: UnitMode;
  readonly migrations: readonly PlannedMigration[];
}

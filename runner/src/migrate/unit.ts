import type { Migration } from '../../../core/journal';
import type { Directive } from '../sql/directive';
import type { ClassifiedStatement } from '../sql/script-statements';

/** A script that was read: a migration, or what undoes one. */
export interface PlannedScript {
  /** The migration that is applied or undone; file and text are those of the script. */
  readonly migration: Pick<Migration, 'tag' | 'file' | 'sql'>;
  readonly statements: readonly ClassifiedStatement[];
  /** The mode that the file itself asks for. */
  readonly directive: Directive['mode'];
}

export interface PlannedMigration extends PlannedScript {
  readonly migration: Migration;
}

/** How a unit is run. */
export type UnitMode =
  /** All its scripts in one transaction. */
  | 'transactional'
  /** One script, statement by statement, because PostgreSQL refuses one of them in a transaction. */
  | 'stepwise'
  /** One script that begins and commits by itself, with a transaction open in front as Drizzle has it. */
  | 'own-transaction';

/** What commits together, or must be alone. */
export interface Unit<Script extends PlannedScript = PlannedMigration> {
  readonly mode: UnitMode;
  readonly migrations: readonly Script[];
}

import type { TypeChange, WrittenType } from '../../sql/effects/table-change';
import type { QualifiedName } from '../../sql/node-values';

/** The namespaces of the catalog in which an object is found by its name. */
export type Space =
  | 'relation'
  | 'type'
  | 'routine'
  | 'schema'
  | 'extension'
  | 'constraint'
  | 'trigger'
  | 'policy'
  | 'rule'
  | 'other';

/** An object as a statement names it. */
export interface Named {
  readonly space: Space;
  /** For a person: `table`, `foreign data wrapper`. */
  readonly label: string;
  readonly name: QualifiedName;
  /** The relation of a constraint, trigger, policy or rule. */
  readonly on?: QualifiedName;
  /** Input types of a routine; undefined where the statement leaves them out. */
  readonly args?: readonly WrittenType[];
}

/** What a statement does to rows that are there. */
export interface RowChange {
  readonly does: 'change rows';
  readonly command: 'DELETE' | 'UPDATE' | 'MERGE' | 'INSERT … ON CONFLICT DO UPDATE';
  readonly relation: QualifiedName;
  readonly removes: boolean;
  /** Those that are overwritten. */
  readonly columns: readonly string[];
  /** Whether it has no condition and no other table, so that it reaches every row. */
  readonly isWhole: boolean;
}

/** One effect of a rollback script, as its text tells it. */
export type ActBody =
  | { readonly does: 'drop'; readonly objects: readonly Named[]; readonly cascade: boolean }
  | { readonly does: 'create'; readonly object: Named }
  | { readonly does: 'rename'; readonly object: Named; readonly to: string }
  | { readonly does: 'move'; readonly object: Named; readonly to: string }
  | {
      readonly does: 'drop column';
      readonly relation: QualifiedName;
      readonly column: string;
      readonly cascade: boolean;
      readonly only: boolean;
    }
  | { readonly does: 'drop attribute'; readonly relation: QualifiedName; readonly column: string }
  | { readonly does: 'add column'; readonly relation: QualifiedName; readonly column: string }
  | {
      readonly does: 'rename column';
      readonly relation: QualifiedName;
      readonly column: string;
      readonly to: string;
    }
  | { readonly does: 'set default'; readonly relation: QualifiedName; readonly column: string }
  | { readonly does: 'detach'; readonly relation: QualifiedName; readonly child: QualifiedName }
  | { readonly does: 'truncate'; readonly relations: readonly QualifiedName[]; readonly cascade: boolean }
  | { readonly does: 'set path'; readonly path: readonly string[] | undefined }
  | TypeChange
  | RowChange;

/** The same with its place. */
export interface Act {
  readonly body: ActBody;
  /** Number of the script in the order of running. */
  readonly script: number;
  /** Tag of the migration. */
  readonly migration: string;
  /** For a person, short: `DROP TYPE mood CASCADE`. */
  readonly command: string;
  /** The SQL statement itself. */
  readonly text: string;
}

/** A statement of which the text does not tell what it destroys. */
export interface Unseen {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  /** For example `EXECUTE in a DO block`. */
  readonly what: string;
}

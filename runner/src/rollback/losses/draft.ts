import type { TypeChange } from '../../sql/effects/table-change';
import type { Address } from './address';
import type { Entry } from './catalog-names';
import type { Way } from './dependencies';
import type { Loss } from './loss';

/** How the rows or values of a loss are counted. */
export type Counting =
  /** All rows of the table; `only` leaves those of its children out. */
  | { readonly by: 'rows'; readonly only: boolean }
  | { readonly by: 'values'; readonly column: number; readonly only: boolean }
  /** As many as the server expects the statement to reach. */
  | { readonly by: 'plan'; readonly statement: string; readonly operation: string }
  | { readonly by: 'nothing'; readonly why: string };

/** A loss before anything of it is described or counted. */
export interface Draft {
  readonly kind: Loss['kind'];
  /** The object that goes, or whose rows do; absent for what the catalog can't be asked for. */
  readonly address?: Address;
  /** How it goes, when it goes. */
  readonly way?: Way;
  /** Goes before the identity of the object: `all rows of`. */
  readonly what?: string;
  readonly migration: string;
  readonly via?: string;
  readonly counting?: Counting;
  /** What a name led to before the scripts began. */
  readonly entry?: Entry | undefined;
  /** A change of type, which may lose nothing. */
  readonly retyped?: { readonly change: TypeChange; readonly type: Entry | undefined };
}

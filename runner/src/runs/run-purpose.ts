import type { CommandName } from '../../../core/contract';
import type { Journal, Migration } from '../../../core/journal';

/** What a run is about to do. */
export interface RunPurpose {
  readonly command: CommandName;
  /** What is to be applied, what a person has confirmed, or the copies that were worked on. */
  readonly plan?: object;
  readonly planHash?: string;
  /** What is to be applied or undone, in that order. */
  readonly planned?: readonly Pick<Migration, 'tag' | 'hash'>[];
  /** Whether a person has confirmed exactly this. */
  readonly isConfirmed?: boolean;
  /** The folder that it works with; undefined where it needs none. */
  readonly journal?: Pick<Journal, 'digest'> | undefined;
  /** Whether the run needs its record to go on where it stopped; without one it is then refused (77). */
  readonly isRequired?: boolean;
}

import type { StandingFields } from '../report/fields';
import type { Activity } from './activity';

/** Migration and statement that the run is at, as fields of whatever is written meanwhile. */
export function activityFields({ migration, statement }: Activity): StandingFields {
  return { migration, statement: statement?.number };
}

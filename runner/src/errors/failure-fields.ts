import type { FieldsOf } from '../report/events';
import type { GateError } from './gate-error';

/** Where a failure happened and with which code, as the fields of an event: what is not known is left out. */
export function failureFields({
  migration,
  place,
  sqlstate,
}: Pick<GateError, 'migration' | 'place' | 'sqlstate'>): Pick<
  FieldsOf<'unit_failed'>,
  'migration' | 'statement' | 'place' | 'sqlstate'
> {
  return {
    ...(migration !== undefined && { migration }),
    ...(place?.statement !== undefined && { statement: place.statement }),
    ...(place && { place }),
    ...(sqlstate !== undefined && { sqlstate }),
  };
}

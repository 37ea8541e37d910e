import type { FieldTypes } from './field';
import { MIGRATION_FIELDS } from './fields/migration';
import { PROBLEM_FIELDS } from './fields/problem';
import { RECORD_FIELDS } from './fields/record';
import { ROLLBACK_FIELDS } from './fields/rollback';
import { RUN_FIELDS } from './fields/run';
import { LINE_FIELDS, STANDING_FIELDS } from './fields/standing';

/** Every field that a log line can have. */
export const FIELDS = {
  ...LINE_FIELDS,
  ...STANDING_FIELDS,
  ...PROBLEM_FIELDS,
  ...RUN_FIELDS,
  ...MIGRATION_FIELDS,
  ...ROLLBACK_FIELDS,
  ...RECORD_FIELDS,
};
export type FieldName = keyof typeof FIELDS;

/** What a field holds. */
export type FieldValue<F extends FieldName> =
  | FieldTypes[(typeof FIELDS)[F]['type']]
  | ((typeof FIELDS)[F] extends { readonly isNullable: true } ? null : never);

/** What any line can have besides the fields of its event. */
export type StandingFields = { readonly [F in keyof typeof STANDING_FIELDS]?: FieldValue<F> | undefined };

import type { StandingFields } from './fields';

/** Says what every line is to have at the moment when it is written. */
export type StandingSource = () => StandingFields;

/** What is known of the place of a run, before and without its settings. */
export function placeFields(
  env: Readonly<Record<string, string | undefined>>,
  runId: string,
): StandingFields {
  return {
    run_id: runId,
    ...(env.JOB_NAME && { job: env.JOB_NAME }),
    ...(env.POD_NAME && { pod: env.POD_NAME }),
    ...(env.IMAGE && { image: env.IMAGE }),
  };
}

/**
 * The fields of all sources together. What they say of migration and statement belongs to an event that names no
 * migration, or the same one: of another it would be wrong.
 */
export function withStanding(fields: object, sources: readonly StandingSource[]): Record<string, unknown> {
  const { migration, statement, ...place } = standingOf(sources);
  const own = fields as StandingFields;
  const isAbout = migration !== undefined && (!('migration' in own) || own.migration === migration);
  return {
    ...fields,
    ...(isAbout && { migration }),
    ...(isAbout && own.statement === undefined && statement !== undefined && { statement }),
    ...place,
  };
}

function standingOf(sources: readonly StandingSource[]): StandingFields {
  return Object.assign({}, ...sources.map(tryOut));
}

/** A source that fails must not fail the run. */
function tryOut(source: StandingSource): StandingFields {
  try {
    return source();
  } catch {
    return {};
  }
}

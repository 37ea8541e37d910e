import { quoteLiteral } from '../sql/quote';
import type { Session } from './session';
import { together } from './together';

/** What a migration may have set, and what its deferred triggers must still find when it commits. */
export interface Surroundings {
  readonly role: string;
  readonly authorization: string;
  readonly path: string;
  readonly timeout: string;
  readonly lockTimeout: string;
  /** Whether the open transaction is read-only, so that nothing can be noted in it. */
  readonly readOnly: boolean;
}

/** The migration may have changed its role into one that may not write here, what names mean, and how long it may take. */
export const AS_OURSELVES = [
  ...['set local statement_timeout = 0', 'set local session authorization default'],
  ...['set local role to default', 'set local search_path to pg_catalog'],
].join('; ');

const setting = (name: string) => `pg_catalog.current_setting('${name}')`;

/** The text of {@link readSurroundings}. */
export const SURROUNDINGS = `select ${setting('role')} as role, ${setting('session_authorization')} as authorization,
            ${setting('search_path')} as path, ${setting('statement_timeout')} as timeout,
            ${setting('lock_timeout')} as "lockTimeout",
            ${setting('transaction_read_only')}::pg_catalog.bool as "readOnly"`;

export async function readSurroundings(session: Session): Promise<Surroundings> {
  const [row] = await session.execute<Surroundings>(SURROUNDINGS);
  if (!row) throw new Error('the server gave no settings');
  return row;
}

/** What brings them back, inside the same transaction; what the migration had set for longer holds after it as before. */
export function putBack({ role, authorization, path, timeout, lockTimeout }: Surroundings): string {
  // The role last: it goes with the session's user.
  const settings = {
    ...{ session_authorization: authorization, role },
    ...{ search_path: path, statement_timeout: timeout, lock_timeout: lockTimeout },
  };
  const calls = Object.entries(settings).map(
    ([name, value]) => `select pg_catalog.set_config('${name}', ${quoteLiteral(value)}, true)`,
  );
  return calls.join('; ');
}

/**
 * Lets `use` work inside the open transaction of a migration as the role that logged in, and then puts role and search
 * path back: the deferred triggers of the migration fire when it commits, and must find what it has set.
 */
export async function asOurselves<T>(
  session: Session,
  use: (before: Surroundings) => Promise<T>,
): Promise<T> {
  const before = await readSurroundings(session);
  const [, result] = await together([session.execute(AS_OURSELVES), use(before)]);
  await session.execute(putBack(before));
  return result;
}

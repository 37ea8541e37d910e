import type { GateError } from '../errors/gate-error';
import { saysThatItExists } from '../errors/remedies';
import { isServerError } from '../errors/server-error';

/** What to do with a database that has objects of the migrations, but no history of them. */
export const ADOPT =
  'no migration was recorded here: if the database has the schema already, record what it has with `drizzle-gate baseline --to TAG` (TAG is the last migration whose work is there); otherwise drop or rename the object';

/** Names `baseline` first where nothing was recorded at the start: then the schema came here some other way. */
export function withExistsRemedy(failure: GateError, historyWasEmpty: boolean): GateError {
  const { cause } = failure;
  return historyWasEmpty && isServerError(cause) && saysThatItExists(cause)
    ? failure.with({ remedy: ADOPT })
    : failure;
}

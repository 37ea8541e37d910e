import type { LockOptions } from '../database/lock';
import type { Session } from '../database/session';
import type { SessionObserver } from '../observe/session-observer';
import type { DatabaseContext } from '../run-context';

/** What running the statements of a script works with, whichever way it goes. */
export interface ScriptContext extends DatabaseContext {
  readonly session: Session;
  readonly lock: LockOptions;
  readonly observer: SessionObserver;
}

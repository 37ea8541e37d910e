import type { CommandName } from '../../../core/contract';
import type { Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import type { DatabaseContext } from '../run-context';

/**
 * Leaves a record of a failure of `use`, also of one that comes before there is anything to do: the history disagrees with
 * the files, the lock was not obtained, a plan is not confirmed. It makes no table for it, and never is a failure itself.
 */
export async function recordingFailure<T>(
  session: Session,
  context: DatabaseContext,
  about: { readonly command: CommandName; readonly journal?: Journal | undefined },
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const { noteFailure } = await import('./note-failure');
    await noteFailure(session, context, about, error);
    throw error;
  }
}

import { isRowDataShown } from '../errors/row-data';
import { messageOf } from '../errors/server-words';
import { LONGEST_MESSAGE, shortened } from '../errors/shortened';

/** What the server says besides its answer, as the driver gives it. */
export interface ServerNotice {
  readonly severity: string;
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  /** The lines of code in the database that it comes from. */
  readonly where?: string;
  readonly routine?: string;
}

const MEANT_FOR_CLIENTS = new Set(['INFO', 'NOTICE', 'WARNING']);

/**
 * Whether a notice is worth a line. Of a migration's statement every one is. Of our own statements it is a warning, or
 * what code in the database raises (a deferred trigger at COMMIT, an event trigger), but not what the server remarks on
 * them, such as that a table is there already.
 */
export function isTold({ severity, where }: ServerNotice, isOfMigration: boolean): boolean {
  return MEANT_FOR_CLIENTS.has(severity) && (isOfMigration || severity === 'WARNING' || Boolean(where));
}

/** The function of the server's source that says what else a DROP … CASCADE drops, in names alone. */
const LISTS_NAMES = 'reportDependentObjects';

/** The notice in words for a log line, without values of rows unless they may be shown. */
export function describeNotice(notice: ServerNotice): { readonly message: string; readonly detail: string } {
  const { severity, routine, detail, hint, where } = notice;
  const further = [
    detail && (isRowDataShown() || routine === LISTS_NAMES) && `DETAIL: ${detail}`,
    hint && `hint: ${hint}`,
    where && isRowDataShown() && `CONTEXT: ${where}`,
  ];
  return {
    message: `${severity}: ${messageOf({ ...notice, name: 'PostgresError' })}`,
    detail: shortened(further.filter(Boolean).join('\n'), LONGEST_MESSAGE),
  };
}

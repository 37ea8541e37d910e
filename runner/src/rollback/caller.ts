/** How the one who reads a message says the same in another way next time. */
export interface Caller {
  /** What gives the target. */
  readonly target: string;
  /** What gives the token. */
  readonly token: string;
  /** What does without copies. */
  readonly discard: string;
  readonly withTarget: (value: string) => string;
  /** As an order. */
  readonly withToken: (token: string) => string;
  /** The whole command that rolls back with the token; absent where a Job does it. */
  readonly command?: (token: string) => string;
  /** Whether the same command has shown the plan already, before the confirmation and the safety delay. */
  readonly hasShownPlan: boolean;
}

/** A Job is told by variables. */
export const BY_VARIABLES: Caller = {
  target: 'ROLLBACK_TARGET',
  token: 'ROLLBACK_CONFIRM',
  discard: 'ROLLBACK_KEEP=discard',
  withTarget: (value) => `set ROLLBACK_TARGET=${value}`,
  withToken: (token) => `set ROLLBACK_CONFIRM=${token}`,
  hasShownPlan: false,
};

/**
 * Flags for who has typed `drizzle-gate rollback …`, variables for everybody else.
 *
 * @param commandLine how a person called it, without `--confirm`; empty when nobody did.
 */
export function callerOf({ commandLine = '' }: { readonly commandLine?: string | undefined }): Caller {
  if (!/^\S*drizzle-gate rollback /.test(commandLine)) return BY_VARIABLES;
  const command = (token: string) => `${commandLine} --confirm ${token}`;
  return {
    target: '--to',
    // The variable is read there as well.
    token: 'the token',
    discard: '--discard',
    withTarget: (value) => `give --to ${value}`,
    withToken: (token) => `run: ${command(token)}`,
    command,
    hasShownPlan: /^\S*drizzle-gate rollback run /.test(commandLine),
  };
}

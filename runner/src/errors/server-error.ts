/** An error that the PostgreSQL server sent, as the driver gives it. */
export interface ServerError extends Error {
  readonly code: string;
  readonly severity: string;
  readonly position?: string;
  /** Place in `internal_query`, when the failing statement is inside a body. */
  readonly internal_position?: string;
  readonly internal_query?: string;
  readonly hint?: string;
  readonly detail?: string;
  readonly where?: string;
  /** The function of the server's source that raised the error: the same in every language. */
  readonly routine?: string;
}

export function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    error.name === 'PostgresError' &&
    typeof (error as Partial<ServerError>).code === 'string'
  );
}

/** An error that the PostgreSQL server sent, as the driver gives it. */
export interface ServerError extends Error {
  readonly code: string;
  readonly severity: string;
  readonly position?: string;
  readonly hint?: string;
  readonly detail?: string;
  readonly where?: string;
}

export function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    error.name === 'PostgresError' &&
    typeof (error as Partial<ServerError>).code === 'string'
  );
}

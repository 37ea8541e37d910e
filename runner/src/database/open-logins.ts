let open = 0;

/** Counts a login while it is under way. */
export async function duringLogin<T>(login: Promise<T>): Promise<T> {
  open += 1;
  try {
    return await login;
  } finally {
    open -= 1;
  }
}

/** Whether a login is under way: the driver answers the messages of one in functions whose failure nobody awaits. */
export function isLoggingIn(): boolean {
  return open > 0;
}

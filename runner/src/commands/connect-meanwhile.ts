/**
 * Connects while something is made ready for it. Where that fails, it is the failure, whatever the attempt to connect said
 * of itself until then.
 *
 * @param connect gets who waits for what is made ready; it must end where that fails.
 */
export async function connectMeanwhile<R, T>(
  prepare: () => Promise<R>,
  connect: (ready: () => Promise<R>) => Promise<T>,
): Promise<T> {
  let preparing: Promise<R> | undefined;
  const ready = () => {
    preparing ??= prepare();
    return preparing;
  };
  // First, so that the other side can begin with its part.
  const connecting = connect(ready);
  ready().catch(() => undefined);
  try {
    return await connecting;
  } catch (error) {
    await ready();
    throw error;
  }
}

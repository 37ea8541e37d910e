/**
 * Waits for what was sent together, all of it: nothing is left on its way when the transaction ends. Where something
 * failed, the first in order tells why; what is behind it in the transaction has failed with it.
 */
export async function together<T extends readonly unknown[]>(
  answers: {
    readonly [K in keyof T]: Promise<T[K]> | T[K];
  },
): Promise<T> {
  await Promise.allSettled(answers);
  return (await Promise.all(answers)) as unknown as T;
}

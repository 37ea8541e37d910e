import type { Session } from '../database/session';

/**
 * For what waits without blocking anybody who reads or writes, and leaves an invalid index behind when it is cut off.
 * What the file itself had set holds again afterwards.
 */
export async function withoutLockTimeout<T>(session: Session, use: () => Promise<T>): Promise<T> {
  const [before] = await session.query<{ value: string }>(
    `select pg_catalog.current_setting('lock_timeout') as value`,
  );
  await session.execute('set lock_timeout = 0');
  try {
    return await use();
  } finally {
    // A session that is lost has nothing to restore.
    await session.execute(`set lock_timeout = '${before?.value ?? 0}'`).catch(() => undefined);
  }
}

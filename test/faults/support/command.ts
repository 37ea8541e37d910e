import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end and gives what it printed; its own last words are the error when it fails. */
export async function command(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(program, args);
  return stdout.trim();
}

/** A user who may own a server's files: PostgreSQL and PgBouncer refuse to run as root. */
export async function serverUser(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([command('id', '-u', 'postgres'), command('id', '-g', 'postgres')]);
  return { uid: Number(uid), gid: Number(gid) };
}

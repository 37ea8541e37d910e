import { spawn } from 'node:child_process';

/** Runs a command of the settings by the shell, with these variables; its output is shown. */
export async function shell(command: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn('sh', ['-c', command], { stdio: 'inherit', env: { ...process.env, ...env } });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${JSON.stringify(command)} ended with ${code}`);
}

import { strayFailure } from './errors/stray-failure';
import { run } from './run';

export { run } from './run';

/** Milliseconds for what is still being written. */
const FAREWELL_MS = 1000;

/** Runs the command that the process was started for, and sees to it that the process ends with it. */
export async function start(): Promise<void> {
  const abort = new AbortController();
  // Kubernetes sends SIGTERM and waits the grace period; Ctrl-C sends SIGINT.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => abort.abort());

  // A reader that went away (`| head`) must not end a migration halfway.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  let isStray = false;
  const stray = strayFailure(process);
  stray.catch(() => {
    isStray = true;
  });

  process.exitCode = await run({
    argv: process.argv.slice(2),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: abort.signal,
    stray,
  });
  // What still runs after it can't be trusted to know.
  if (isStray) process.exit();
  // A socket to a server that vanished waits for an acknowledgement long after everything is said.
  setTimeout(() => process.exit(), FAREWELL_MS).unref();
  await Promise.all([process.stdout, process.stderr].map(written));
  // Nothing is left to wait for, and what Node would take apart, the system does in less time.
  process.exit();
}

/** A reader that went away takes nothing more, which is no reason to wait either. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}

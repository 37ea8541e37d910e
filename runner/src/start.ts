import { strayFailure } from './errors/stray-failure';
import { newInterruption } from './interruption';
import { run } from './run';

/** Milliseconds for what is still being written. */
const FAREWELL_MS = 1000;

/** What it asks of the process; the build rehearses with one that does not end. */
export type Host = Pick<
  NodeJS.Process,
  'argv' | 'env' | 'stdout' | 'stderr' | 'exitCode' | 'on' | 'once' | 'exit'
>;

/** Runs the command that the process was started for, and sees to it that the process ends with it. */
export async function start(host: Host = process): Promise<void> {
  const { stdout, stderr } = host;
  const { signal, interrupt } = newInterruption();
  // Kubernetes sends SIGTERM and waits the grace period; Ctrl-C sends SIGINT.
  for (const end of ['SIGTERM', 'SIGINT'] as const) host.once(end, interrupt);

  // A reader that went away (`| head`) must not end a migration halfway.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

  let isStray = false;
  const stray = strayFailure(host);
  stray.catch(() => {
    isStray = true;
  });

  const { argv, env } = host;
  host.exitCode = await run({ argv: argv.slice(2), env, stdout, stderr, signal, stray });
  // What still runs after it can't be trusted to know.
  if (isStray) host.exit();
  // A socket to a server that vanished waits for an acknowledgement long after everything is said.
  setTimeout(() => host.exit(), FAREWELL_MS).unref();
  await Promise.all([stdout, stderr].map(written));
  // Nothing is left to wait for, and what Node would take apart, the system does in less time.
  host.exit();
}

/** A reader that went away takes nothing more, which is no reason to wait either. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}

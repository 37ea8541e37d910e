import { setMaxListeners } from 'node:events';
import { redact } from '../../../../runner/src/errors/redact';
import { paletteFor } from '../../../../runner/src/terminal/palette';
import { withInterrupt } from '../../interrupt';
import type { Cluster } from '../client/cluster';
import { openCluster } from '../client/open-cluster';
import { followJob } from '../follow/follow-job';
import type { ClusterFlags } from './cluster-flags';
import type { ShortJobContext } from './run-short-job';

/** Opens the cluster for a command, with this process' streams and Ctrl-C. */
export async function withCluster<T>(
  { context, namespace }: ClusterFlags,
  use: (context: ShortJobContext) => Promise<T>,
): Promise<T> {
  return withInterrupt(async (signal) => {
    const stderr = (text: string) => void process.stderr.write(redact(text));
    const note = (text: string) => stderr(`  · ${text}\n`);
    const closing = new AbortController();
    setMaxListeners(0, closing.signal);
    // After Ctrl-C there are still things to take away.
    const cluster: Cluster = await openCluster({ context, namespace, note, signal: closing.signal });
    try {
      return await use({
        ...{ cluster, signal, stderr, follow: followJob },
        // The runner has taken out what is secret; a document must come as it was written.
        stdout: (text) => void process.stdout.write(text),
        palette: paletteFor({ isTTY: process.stdout.isTTY && process.stderr.isTTY }, process.env),
        format: formatOf(process.env.LOG_FORMAT, process.stdout.isTTY === true),
      });
    } finally {
      // A request that is still repeated, because the API is away, would keep the process.
      closing.abort();
    }
  });
}

/** As the runner chooses it where it runs here. */
function formatOf(asked: string | undefined, isTerminal: boolean): 'json' | 'text' {
  return asked === 'json' || (asked !== 'text' && !isTerminal) ? 'json' : 'text';
}

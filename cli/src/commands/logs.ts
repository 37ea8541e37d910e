import type { Command } from 'commander';
import type { ClusterFlags } from '../cluster/short-job/cluster-flags';
import { addWhere } from './in-cluster';

interface Options extends ClusterFlags {
  readonly follow?: boolean;
}

export function addLogs(program: Command): void {
  const command = program
    .command('logs')
    .description('show the log of a migration or rollback in the cluster, attempt by attempt')
    .argument('[job]', 'name of the Job (default: the newest)')
    .option('--follow', 'go on until the Job has ended, and end with its exit code')
    .action(async (job: string | undefined, { follow, ...flags }: Options) => {
      const { logsInCluster } = await import('../cluster/logs/show-logs');
      process.exitCode = await logsInCluster({ job, follow }, flags);
    });
  addWhere(command);
}

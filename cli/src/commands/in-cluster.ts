import { type Command, Option } from 'commander';
import { GateError } from '../../../runner/src/errors/gate-error';
import type { ClusterFlags } from '../cluster/short-job/cluster-flags';

/** What commander makes of the flags below. */
export interface InClusterOptions extends ClusterFlags {
  readonly inCluster?: boolean | undefined;
  readonly migrations?: string | undefined;
}

/** What names a database; a password or a port alone does not. */
const CONNECTION = ['DATABASE_URL', 'PGHOST', 'PGHOSTADDR', 'PGDATABASE', 'PGSERVICE'];

/** Which cluster and namespace; also of commands that do nothing elsewhere. */
export function addWhere(command: Command): Command {
  return command
    .option('--context <name>', "the kubeconfig's context (default: its current one)")
    .option('--namespace <name>', 'the namespace (default: that of the manifest, else of the context)')
    .option('--instance <name>', 'which of several databases: the label app.kubernetes.io/instance');
}

/** Lets a command of the runner run as a short Job. */
export function addInCluster(command: Command): Command {
  command
    .option('--in-cluster', "run it as a short Job, with the gate's image, credentials and policies")
    .option(
      '--file <path>',
      "the manifest with the gate's Job (default: what was synthesized in dist, else the newest Job of the cluster)",
    )
    .addOption(
      new Option('--live', 'take the newest Job of the cluster, whatever is in dist').conflicts('file'),
    );
  return addWhere(command);
}

/**
 * Whether the command runs in the cluster.
 *
 * @param goesByItself whether it does where the environment names no database; it is told then.
 * @throws GateError (64) for flags of the cluster without it, or of the folder with it.
 */
export function isInCluster(
  options: InClusterOptions,
  {
    goesByItself = false,
    environment = process.env,
  }: { goesByItself?: boolean; environment?: NodeJS.ProcessEnv } = {},
): boolean {
  const { inCluster, migrations, context, namespace, file, live, instance } = options;
  const given = Object.entries({ context, namespace, file, live, instance }).find(
    ([, value]) => value !== undefined,
  );
  const isAlone = goesByItself && !namesDatabase(environment);
  if (!inCluster && !isAlone) {
    if (!given) return false;
    throw new GateError('USAGE', `--${given[0]} is for a command that runs in the cluster`, {
      remedy: 'give --in-cluster as well, or leave it out',
    });
  }
  if (migrations !== undefined) {
    throw new GateError(
      'USAGE',
      '--migrations is a folder here, but in the cluster the migrations are those of the image',
      {
        remedy: inCluster
          ? 'leave out --migrations or --in-cluster'
          : 'leave it out, or give DATABASE_URL to run it here',
      },
    );
  }
  if (!inCluster) {
    console.error(
      `  · the environment names no database (${CONNECTION.slice(0, 2).join(', ')} …), so this asks the cluster`,
    );
  }
  return true;
}

/** Whether a database is named, in whatever way libpq or the runner would read it. */
export function namesDatabase(environment: NodeJS.ProcessEnv): boolean {
  return CONNECTION.some((name) => environment[name] || environment[`${name}_FILE`]);
}

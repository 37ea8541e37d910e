import { hostname, userInfo } from 'node:os';
import type { Cluster } from '../cluster/client/cluster';
import { CI_SYSTEMS, type Environment } from './ci-systems';

/** Milliseconds that the question for a name may take. */
const PATIENCE = 5000;

/**
 * Who confirms a plan with this command, for the record of the run: who started the CI's run, with its address, else the
 * user of this machine. A caller that knows better says so with CONFIRMED_BY.
 */
export function confirmedBy(env: Environment = process.env, user = systemUser): string {
  if (env.CONFIRMED_BY?.trim()) return env.CONFIRMED_BY.trim();
  const ci = CI_SYSTEMS.find(({ mark }) => env[mark]);
  if (!ci) return `${user(env)} on ${hostname()}`;
  const actor = ci.actors.map((name) => env[name]?.trim()).find(Boolean);
  const run = ci.run(env);
  const where = [ci.name, ...(run ? [withoutLogin(run)] : [])].join(', ');
  return actor ? `${actor} (${where})` : where;
}

/** The same with the name that the cluster knows the caller by, where it tells. */
export async function confirmedInCluster(cluster: Cluster, env: Environment = process.env): Promise<string> {
  const here = confirmedBy(env);
  if (env.CONFIRMED_BY?.trim()) return here;
  try {
    const name = await cluster.userName(AbortSignal.timeout(PATIENCE));
    return name ? `${here}; Kubernetes user ${name}` : here;
  } catch {
    // Only a fact less: whether the cluster can be worked with, the next request tells.
    return here;
  }
}

/** Whoever became root by sudo is still a person. */
function systemUser({ SUDO_USER, USER, LOGNAME }: Environment): string {
  let name: string;
  try {
    name = userInfo().username;
  } catch {
    // The user of a container need not have a name.
    name = USER || LOGNAME || `uid ${process.getuid?.() ?? 'unknown'}`;
  }
  return SUDO_USER && SUDO_USER !== name ? `${SUDO_USER} (as ${name})` : name;
}

/** An address can carry a login, which nobody else may see. */
function withoutLogin(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}

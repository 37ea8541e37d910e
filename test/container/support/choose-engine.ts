import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineName, runClient } from './engine';

export interface Choice {
  readonly engine: EngineName | undefined;
  /** What the engine needs in the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What was tried in vain, one line each. */
  readonly tried: readonly string[];
}

/**
 * Chooses the container engine: CONTAINER_ENGINE, or the first of podman and docker that answers. Whether the program is
 * there says little; a client without its service is as common.
 *
 * @param folder for what podman stores: nothing of the machine's own configuration, images or containers is used.
 */
export async function chooseEngine(folder: string): Promise<Choice> {
  if (process.getuid?.() !== 0) {
    return none('this user: the files of volumes must belong to another group; run it as root');
  }
  const wanted = process.env.CONTAINER_ENGINE;
  if (wanted && wanted !== 'podman' && wanted !== 'docker') {
    return none(`CONTAINER_ENGINE: ${JSON.stringify(wanted)} is neither "podman" nor "docker"`);
  }
  const tried: string[] = [];
  for (const { engine, env, what } of candidates(folder)) {
    if (wanted && wanted !== engine) continue;
    const problem = await problemOf(engine, env);
    if (problem === undefined) return { engine, env, tried };
    tried.push(`${what}: ${problem}`);
  }
  return { engine: undefined, env: {}, tried };
}

function none(why: string): Choice {
  return { engine: undefined, env: {}, tried: [why] };
}

function candidates(folder: string): { engine: EngineName; env: Record<string, string>; what: string }[] {
  const podman = (driver: string) => ({
    ...{ engine: 'podman' as const, what: `podman (${driver})` },
    env: podmanHome(join(folder, driver), driver),
  });
  // Where the machine is itself a container, overlay on overlay is not possible.
  return [podman('overlay'), podman('vfs'), { engine: 'docker', what: 'docker', env: {} }];
}

async function problemOf(engine: EngineName, env: Record<string, string>): Promise<string | undefined> {
  // With a format, docker's client succeeds also where no service answers it.
  const format = engine === 'podman' ? ['--format', 'json'] : [];
  const { code, stdout, stderr } = await runClient(engine, ['info', ...format], { env });
  if (code !== 0) return (stderr || stdout).trim().split('\n').at(-1) || `info ended with ${code}`;
  if (engine === 'docker') return undefined;
  const { host } = JSON.parse(stdout) as { host: { cgroupControllers: string[] } };
  if (host.cgroupControllers.includes('memory')) return undefined;
  return 'it can limit no memory here, because the machine has no such control group';
}

/** A configuration of its own, in place of the machine's. */
function podmanHome(folder: string, driver: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const paths = { containers: join(folder, 'containers.conf'), storage: join(folder, 'storage.conf') };
  writeFileSync(
    paths.containers,
    [
      '[containers]',
      // The defaults are higher than what a machine without CAP_SYS_RESOURCE may set.
      'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
      'log_driver = "k8s-file"',
      '[engine]',
      'events_logger = "file"',
      // Locks of other podmans live in shared memory; these must not mix with them.
      'lock_type = "file"',
      `tmp_dir = ${JSON.stringify(join(folder, 'tmp'))}`,
    ].join('\n'),
  );
  writeFileSync(
    paths.storage,
    [
      '[storage]',
      `driver = ${JSON.stringify(driver)}`,
      `graphroot = ${JSON.stringify(join(folder, 'root'))}`,
      `runroot = ${JSON.stringify(join(folder, 'run'))}`,
    ].join('\n'),
  );
  return { CONTAINERS_CONF: paths.containers, CONTAINERS_STORAGE_CONF: paths.storage };
}

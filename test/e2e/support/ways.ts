import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { recordCluster } from '../../support/record-cluster';
import { type Ended, type Running, startCommand } from './command';
import { type CutProxy, openCutProxy } from './cut-proxy';
import { writeKubeconfig } from './kubeconfig';
import { runState } from './run-state';

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the wire to the API server can be cut. */
  readonly isCuttable?: boolean;
  /** Of another account. */
  readonly token?: string;
}

export interface WaysOptions {
  readonly config: KubeConfig;
  readonly namespace: string;
  /** Of the account as which the command works. */
  readonly token: string | undefined;
  readonly folder: string;
  /** What no output and no recording may hold. */
  readonly secrets: readonly string[];
  /** What a recording calls by another name. */
  readonly names: Readonly<Record<string, string>>;
}

/** How commands of one scenario reach the API server: straight, over a wire that can be cut, or past a recorder. */
export interface Ways {
  start(args: readonly string[], options: StartOptions): Promise<Running>;
  save(file: string): void;
  close(): void;
}

export async function openWays(options: WaysOptions): Promise<Ways> {
  const { config, namespace, folder, secrets, names } = options;
  const recorder = runState().record ? await recordCluster(config, options.token) : undefined;
  const proxies: CutProxy[] = [];

  const wayFor = async (args: readonly string[], isCuttable: boolean) => {
    if (recorder) return recorder.open(args, manifestsOf(args, folder));
    if (!isCuttable) return undefined;
    const proxy = await openCutProxy(config.getCurrentCluster()?.server ?? '');
    proxies.push(proxy);
    return proxy;
  };

  return {
    start: async (args, { env, isCuttable = false, token = options.token }) => {
      const way = await wayFor(args, isCuttable);
      const kubeconfig = join(folder, `kubeconfig-${crypto.randomUUID()}`);
      writeKubeconfig(kubeconfig, config, { namespace, token, server: way?.url });
      const running = startCommand(args, { KUBECONFIG: kubeconfig, ...env });
      const ended = running.ended.then((result) => {
        if (way && 'ended' in way) way.ended(result.code);
        return checked(result, secrets);
      });
      return { ...running, ended, cut: () => way?.cut(), mend: async () => way?.mend() };
    },
    save: (file) => recorder?.save(file, { names, secrets }),
    close: () => {
      recorder?.close();
      for (const proxy of proxies) proxy.close();
    },
  };
}

function checked(ended: Ended, secrets: readonly string[]): Ended {
  const shown = secrets.find((secret) => ended.output.includes(secret));
  if (shown !== undefined) throw new Error(`the password is shown:\n${ended.output}`);
  return ended;
}

/** The manifests that arguments name, by their paths in the scenario's folder. */
function manifestsOf(args: readonly string[], folder: string): Record<string, string> {
  const files = args
    .filter((arg) => arg.startsWith(folder) && existsSync(arg))
    .flatMap((arg) => (statSync(arg).isDirectory() ? readdirSync(arg).map((name) => join(arg, name)) : [arg]))
    .filter((file) => file.endsWith('.yaml'));
  return Object.fromEntries(files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')]));
}

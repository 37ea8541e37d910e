import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArguments } from './create-arguments';
import { engine, engineName, inspect, tryEngine } from './engine';
import type { ContainerPlan, PodPlan } from './pod-plan';

export interface ContainerState {
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly Pid: number;
}

export interface Ended {
  readonly name: string;
  readonly code: number;
  readonly state: ContainerState;
  /** What it wrote, line by line, both outputs. */
  readonly logs: string;
  /** What Kubernetes would show as its termination message. */
  readonly termination: string;
}

/** A container that runs, and what a test may do with it. */
export interface Running {
  readonly name: string;
  readonly ended: Promise<Ended>;
  /** Asks it to end as kubelet does: SIGTERM, and SIGKILL after the grace period. */
  stop(): Promise<void>;
  state(): Promise<ContainerState>;
}

export interface PodOptions {
  /** @default 'host': the database listens on this machine only. */
  readonly network?: 'host' | 'none';
  /** Called with each line that a container writes. */
  readonly onLine?: (line: string, running: Running) => void;
}

/** Where the containers of one pod live. */
export interface PodPlace {
  readonly pod: PodPlan;
  readonly prefix: string;
  readonly folder: string;
  readonly volumes: Readonly<Record<string, string>>;
  readonly options: PodOptions;
}

export const containerName = ({ prefix }: PodPlace, { name }: ContainerPlan) => `${prefix}-${name}`;

/** Creates a container of the pod and starts it. */
export async function startContainer(place: PodPlace, plan: ContainerPlan): Promise<Running> {
  const { pod, folder, volumes, options } = place;
  const name = containerName(place, plan);
  const terminationFile = join(mkdtempSync(join(folder, 'termination-')), 'log');
  writeFileSync(terminationFile, '');
  chmodSync(terminationFile, 0o666);
  const network = options.network ?? 'host';
  const create = createArguments(plan, pod, engineName(), { name, network, volumes, terminationFile });
  await engine(create, { env: plan.secretEnv });
  const state = async () => (await inspect<{ State: ContainerState }>('container', name)).State;
  const running: Running = {
    name: plan.name,
    state,
    stop: async () => void (await engine(['stop', name])),
    // Attached from the start, so that no line is missed; the client's exit code is the container's.
    ended: tryEngine(['start', '--attach', name], { onLine: (line) => options.onLine?.(line, running) }).then(
      async ({ code, stdout, stderr }) => ({
        ...{ name: plan.name, code: code ?? -1, state: await state(), logs: `${stdout}${stderr}` },
        termination: readFileSync(terminationFile, 'utf8'),
      }),
    ),
  };
  return running;
}

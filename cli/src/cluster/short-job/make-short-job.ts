import type { V1Container, V1Job } from '@kubernetes/client-node';
import { ENV, Label } from '../../../../core/contract';
import { baseNameOf, isRunner, mainContainerOf, runnerContainerOf } from '../gate-job';
import { literal, variableOf, withVariables } from './container-env';
import { metadataFrom, nameWith, policyFor, templateFrom } from './job-parts';

/** Seconds for a command that only reads, beside its wait for the database: an image may have to be pulled. */
const QUICK_SECONDS = 900;
/** Seconds for which a Job stays when nobody is left to delete it. */
const TTL_SECONDS = 600;

export interface ShortJobOptions {
  /** The runner's command and its flags. */
  readonly args: readonly string[];
  /** How a person called it, for remedies. */
  readonly commandLine: string;
  /** Variables of the runner in place of the gate's. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Whether it only reads. What writes has the gate's deadline. */
  readonly isQuick: boolean;
  /** Whether Kubernetes tries again as often as for the gate. @default false */
  readonly isRetried?: boolean | undefined;
  /** Makes the name another one each time. */
  readonly random: string;
}

/**
 * A Job that runs one command of the runner as the gate would: the same image, account, credentials, volumes, sidecars and
 * labels, so that the same policies hold. Everything goes into one log, from which the command takes it apart.
 */
export function makeShortJob(gate: V1Job, options: ShortJobOptions): V1Job {
  const { args, commandLine, variables, isQuick, random } = options;
  const command = args[0] ?? '';
  const gateName = baseNameOf(gate);
  const base = nameWith(
    gateName,
    gateName.endsWith('rollback') ? command.replace(/^rollback-/, '') : command,
  );
  const name = nameWith(base, random);
  const runner = runnerContainerOf(gate);
  const container = {
    ...withVariables(runner, {
      ...variables,
      LOG_FORMAT: 'json',
      OUTPUT_AS_EVENTS: 'true',
      COMMAND_LINE: commandLine,
    }),
    args: args.map(literal),
  };
  const template = templateFrom(gate, { [Label.NAME]: base });
  const pod = template.spec ?? { containers: [] };
  const main = mainContainerOf(gate);
  const containers = pod.containers.map((each) => (each === main ? container : each));
  const initContainers = pod.initContainers?.filter((each) => !isRunner(each) && each !== main);
  const podFailurePolicy = policyFor(gate.spec, namesOf([...containers, ...(initContainers ?? [])]));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataFrom(gate, name, { [Label.NAME]: base, [Label.SHORT_JOB]: command }),
    spec: {
      activeDeadlineSeconds: deadlineOf(gate, runner, isQuick),
      backoffLimit: options.isRetried ? (gate.spec?.backoffLimit ?? 0) : 0,
      ttlSecondsAfterFinished: TTL_SECONDS,
      ...(podFailurePolicy && { podFailurePolicy }),
      ...(gate.spec?.podReplacementPolicy && { podReplacementPolicy: gate.spec.podReplacementPolicy }),
      template: {
        ...template,
        spec: withInit({ ...pod, containers, restartPolicy: 'Never' }, initContainers),
      },
    },
  };
}

function withInit<T extends object>(pod: T, initContainers: V1Container[] | undefined): T {
  const { initContainers: _replaced, ...rest } = pod as T & { initContainers?: V1Container[] };
  return { ...rest, ...(initContainers?.length && { initContainers }) } as T;
}

function namesOf(containers: readonly V1Container[]): string[] {
  return containers.map(({ name }) => name);
}

function deadlineOf(gate: V1Job, runner: V1Container, isQuick: boolean): number {
  const own = gate.spec?.activeDeadlineSeconds ?? 3600;
  if (!isQuick) return own;
  const retry = Number(variableOf(runner, 'CONNECT_RETRY_SECONDS') ?? ENV.CONNECT_RETRY_SECONDS.default);
  return Math.min(own, QUICK_SECONDS + (Number.isFinite(retry) ? retry : 0));
}

import type { V1Container, V1Job, V1PodTemplateSpec } from '@kubernetes/client-node';
import { Command, ContainerName, Label, MIGRATION_COMPONENT } from '../../../core/contract';
import { GateError } from '../../../runner/src/errors/gate-error';

/** Which Jobs of a namespace are gates; short Jobs are not among them. */
export const GATE_SELECTOR = `${Label.COMPONENT}=${MIGRATION_COMPONENT},!${Label.SHORT_JOB}`;

export type GateKind = 'migration' | 'rollback';

const RUNNER_COMMANDS: ReadonlySet<string | undefined> = new Set(Object.values(Command));
const ROLLBACK_NAMES: ReadonlySet<string> = new Set([
  ContainerName.ROLLBACK,
  ContainerName.ROLLBACK_PREFLIGHT,
]);

/** The kind of a Job that touches the database; undefined for every other Job, also one of a manifest without pods. */
export function gateKindOf(job: V1Job): GateKind | undefined {
  const template = job.spec?.template as Partial<V1PodTemplateSpec> | undefined;
  const labels = { ...template?.metadata?.labels, ...job.metadata?.labels };
  if (labels[Label.COMPONENT] !== MIGRATION_COMPONENT || Label.SHORT_JOB in labels) return undefined;
  const { containers = [] } = template?.spec ?? {};
  return containers.some(({ name }) => ROLLBACK_NAMES.has(name)) ? 'rollback' : 'migration';
}

/**
 * Which of several databases the Job belongs to. The pods' label counts: deployment tools write theirs of the same name on
 * the Job alone.
 */
export function instanceOf(job: V1Job): string | undefined {
  return job.spec?.template.metadata?.labels?.[Label.INSTANCE] ?? job.metadata?.labels?.[Label.INSTANCE];
}

/** What the names of the Job begin with. */
export function baseNameOf(job: V1Job): string {
  return (
    job.spec?.template.metadata?.labels?.[Label.NAME] ??
    (job.metadata?.name ?? '').replace(/-[0-9a-f]{8}$/, '')
  );
}

/** The container that does the work of the Job. */
export function mainContainerOf(job: V1Job): V1Container | undefined {
  const { containers = [] } = job.spec?.template.spec ?? {};
  const named = [ContainerName.MIGRATE, ContainerName.ROLLBACK] as readonly string[];
  return containers.find(({ name }) => named.includes(name)) ?? containers[0];
}

/**
 * A container of the Job in which the runner runs; the main one, unless a project does its work there in another way.
 *
 * @throws GateError (78) when there is none: then nobody knows how the runner is started.
 */
export function runnerContainerOf(job: V1Job): V1Container {
  const { initContainers = [] } = job.spec?.template.spec ?? {};
  const main = mainContainerOf(job);
  const found = [...(main ? [main] : []), ...initContainers].find(isRunner);
  if (found) return found;
  throw new GateError(
    'CONFIG',
    `Job ${job.metadata?.name} runs commands of its own and not the runner, so no other command can be made of it`,
    {
      remedy: 'give the manifest of a Job whose main container or pre-flight check is the runner with --file',
    },
  );
}

/** Whether a container is one of the runner: its first argument is a command of it. */
export function isRunner({ args }: V1Container): boolean {
  return RUNNER_COMMANDS.has(args?.[0]);
}

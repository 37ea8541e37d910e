import type { V1Container, V1Job, V1PodSpec } from '@kubernetes/client-node';
import { Command, ContainerName, finalExitCodes, Label, Path } from '../../../../core/contract';
import { baseNameOf, isRunner, runnerContainerOf } from '../gate-job';
import { withVariables } from './container-env';
import { hashedName, metadataFrom, ownLabels, templateFrom } from './job-parts';

/** What was confirmed. */
export interface ConfirmedRollback {
  readonly target: string;
  readonly token: string;
  /** Who did, for the record of the run. */
  readonly by?: string | undefined;
  readonly discard?: boolean | undefined;
  readonly commandLine: string;
}

/**
 * The RollbackJob of a manifest, for this target and token. Its name follows from what is in it: another confirmation is
 * another Job.
 */
export function confirmRollback(job: V1Job, confirmed: ConfirmedRollback): V1Job {
  const variables = variablesOf(confirmed);
  const set = (containers: V1Container[] | undefined) =>
    containers?.map((each) => (isRunner(each) ? withVariables(each, variables) : each));
  const pod = job.spec?.template.spec;
  const initContainers = set(pod?.initContainers);
  const spec = {
    ...job.spec,
    template: {
      ...job.spec?.template,
      spec: {
        ...pod,
        ...(initContainers && { initContainers }),
        containers: set(pod?.containers) ?? [],
      },
    },
  };
  return {
    ...job,
    metadata: { ...job.metadata, name: hashedName(baseNameOf(job), spec) },
    spec,
  };
}

/** Scripts of a ConfigMap, as an earlier RollbackJob mounts them. */
export interface MountedScripts {
  readonly volume: NonNullable<V1PodSpec['volumes']>[number];
}

/**
 * A RollbackJob from the gate's Job, where no manifest of one is at hand. Without `scripts` the runner takes those of the
 * image and of the database.
 */
export function deriveRollback(gate: V1Job, scripts?: MountedScripts): V1Job {
  const labels = { [Label.NAME]: 'db-rollback' };
  const template = templateFrom(gate, labels);
  const runner = withScripts(runnerContainerOf(gate), scripts);
  const { initContainers = [], volumes = [], ...pod } = template.spec ?? { containers: [] };
  const variables = { ROLLBACK_TARGET: '', ROLLBACK_CONFIRM: '' };
  const container = (name: string, command: string): V1Container => ({
    ...withVariables(runner, variables),
    ...{ name, args: [command] },
  });
  const kept = ({ name }: { name: string }) => name !== scripts?.volume.name;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataFrom(gate, 'db-rollback', labels),
    spec: {
      ...(gate.spec?.activeDeadlineSeconds && { activeDeadlineSeconds: gate.spec.activeDeadlineSeconds }),
      backoffLimit: 0,
      ...(gate.spec?.ttlSecondsAfterFinished !== undefined && {
        ttlSecondsAfterFinished: gate.spec.ttlSecondsAfterFinished,
      }),
      podFailurePolicy: failurePolicy(),
      podReplacementPolicy: 'Failed',
      template: {
        metadata: { ...template.metadata, labels: { ...ownLabels(template.metadata?.labels), ...labels } },
        spec: {
          ...pod,
          initContainers: [
            ...initContainers.filter((each) => !isRunner(each)),
            container(ContainerName.ROLLBACK_PREFLIGHT, Command.ROLLBACK_PREFLIGHT),
          ],
          containers: [container(ContainerName.ROLLBACK, Command.ROLLBACK)],
          volumes: [...volumes.filter(kept), ...(scripts ? [scripts.volume] : [])],
          restartPolicy: 'Never',
        },
      },
    },
  };
}

/** The scripts' volume of a RollbackJob; undefined when it mounts none. */
export function scriptsOf(rollback: V1Job): MountedScripts | undefined {
  const runner = runnerContainerOf(rollback);
  const mount = runner.volumeMounts?.find(({ mountPath }) => mountPath === Path.MOUNTED_ROLLBACK_SCRIPTS);
  const volume = rollback.spec?.template.spec?.volumes?.find(({ name }) => name === mount?.name);
  return volume?.configMap ? { volume } : undefined;
}

function withScripts(container: V1Container, scripts: MountedScripts | undefined): V1Container {
  if (!scripts) return container;
  const mount = { name: scripts.volume.name, mountPath: Path.MOUNTED_ROLLBACK_SCRIPTS, readOnly: true };
  const others = (container.volumeMounts ?? []).filter(({ mountPath }) => mountPath !== mount.mountPath);
  return withVariables(
    { ...container, volumeMounts: [...others, mount] },
    { ROLLBACK_FOLDER: Path.MOUNTED_ROLLBACK_SCRIPTS },
  );
}

/** As the constructs write it: what can't succeed fails at once, and a drained node is no failure. */
function failurePolicy(): NonNullable<NonNullable<V1Job['spec']>['podFailurePolicy']> {
  const final = (containerName: string) => ({
    action: 'FailJob',
    onExitCodes: { containerName, operator: 'In', values: finalExitCodes() },
  });
  return {
    rules: [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      final(ContainerName.ROLLBACK_PREFLIGHT),
      final(ContainerName.ROLLBACK),
    ],
  };
}

function variablesOf({ target, token, by, discard, commandLine }: ConfirmedRollback): Record<string, string> {
  return {
    ROLLBACK_TARGET: target,
    ROLLBACK_CONFIRM: token,
    ...(by !== undefined && { CONFIRMED_BY: by }),
    ...(discard && { ROLLBACK_KEEP: 'discard' }),
    COMMAND_LINE: commandLine,
  };
}

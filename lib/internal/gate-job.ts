import { ApiObject, Duration, Size } from 'cdk8s';
import {
  ConfigMap,
  type ContainerProps,
  ImagePullPolicy,
  Job,
  Node,
  RestartPolicy,
  Volume,
  type VolumeMount,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Path } from '../../core/contract';
import type { GateJobProps } from '../gate-job-props';
import { checkGateJob } from './check-gate-job';
import { itemsOf } from './config-map-files';
import { deliverJob, ttlOf } from './delivery/deliver-job';
import { markFoundation } from './delivery/mark';
import { explainJob } from './explain-job';
import { failurePolicy } from './failure-policy';
import type { GateContainer, GateJobKind } from './gate-job-kind';
import { CONTAINER_SECURITY, POD_SECURITY, resourcesWithDefaults } from './hardening';
import { useHashedName } from './hashed-name';
import { patchJob } from './json-patches';
import { COMPONENT_LABELS, INSTANCE_LABEL, NAME_LABEL } from './labels';
import { heapLimit } from './memory';
import { partsOf } from './parts-of-job';
import { envValues, volumeMounts as fileMounts } from './pod-parts';
import type { Problems } from './problems';
import { runPlace } from './run-place';
import { runnerEnv } from './runner-env';
import { sidecarContainer } from './sidecar-container';
import { resourceEnv } from './telemetry/resource-attributes';

/**
 * Makes the Job as the child `Resource` of the construct.
 *
 * @throws Error with every problem of the props, and those that are in `problems` already.
 */
export function createGateJob(
  scope: Construct,
  props: GateJobProps,
  kind: GateJobKind,
  problems: Problems,
): Job {
  const activeDeadline = props.activeDeadline ?? Duration.hours(1);
  const { credentials = props.credentials, objects } =
    problems.attempt(() => props.credentials._makeObjects(scope, 'Login')) ?? {};
  const parts = partsOf(problems, props, credentials, kind);
  const env = {
    ...envValues(scope, parts.env),
    ...runnerEnv(problems, props),
    ...runPlace(props.image),
    ...kind.env,
  };
  const placeOf = ({ name }: GateContainer) =>
    props.telemetry ? resourceEnv(props.telemetry._receiver, name) : {};
  checkGateJob(problems, props, kind, { ...env, ...placeOf(kind.main) }, activeDeadline);
  problems.throwIfAny();

  const baseName = props.baseName ?? kind.baseName;
  const labels = {
    [NAME_LABEL]: baseName,
    ...COMPONENT_LABELS,
    ...(props.instance === undefined ? {} : { [INSTANCE_LABEL]: props.instance }),
  };
  const resources = resourcesWithDefaults(props.resources);
  const volumeMounts = [
    ...commonMounts(scope, props),
    ...fileMounts(scope, parts.mounts),
    ...kind.mounts(scope),
  ];
  const imagePullPolicy = props.imagePullPolicy ?? ImagePullPolicy.IF_NOT_PRESENT;
  const heap = heapLimit(resources);
  const container = (own: GateContainer): ContainerProps => ({
    name: own.name,
    image: own.image ?? props.image,
    imagePullPolicy,
    command: own.command,
    args: own.args,
    workingDir: own.workingDir,
    envVariables: {
      ...env,
      ...placeOf(own),
      ...(own.isRunner ? heap : {}),
      ...props.env,
    },
    envFrom: props.envFrom,
    // Written by a JSON patch; left out here, cdk8s-plus would write its own 1000m and 512Mi.
    resources: {},
    volumeMounts: [...volumeMounts],
    securityContext: CONTAINER_SECURITY,
  });
  const job = new Job(scope, 'Resource', {
    metadata: { name: props.name ?? baseName, labels },
    podMetadata: {
      labels: { ...parts.podLabels, ...labels },
      annotations: parts.podAnnotations,
    },
    backoffLimit: kind.backoffLimit,
    activeDeadline,
    ttlAfterFinished: ttlOf(props, kind),
    terminationGracePeriod: props.terminationGracePeriod ?? Duration.seconds(60),
    restartPolicy: RestartPolicy.NEVER,
    serviceAccount: props.serviceAccount,
    automountServiceAccountToken: false,
    securityContext: POD_SECURITY,
    initContainers: [
      ...parts.sidecars.map((sidecar) => sidecarContainer(sidecar, imagePullPolicy)),
      container(kind.init),
    ],
    containers: [container(kind.main)],
  });
  if (props.tolerations) job.scheduling.tolerate(Node.tainted(...props.tolerations));
  patchJob(ApiObject.of(job), {
    podFailurePolicy: failurePolicy(
      [kind.init, kind.main].filter(({ isRunner }) => isRunner).map(({ name }) => name),
    ),
    initContainers: [
      ...parts.sidecars.map(({ _options }) => resourcesWithDefaults(_options.resources)),
      resources,
    ],
    containers: [resources],
    volumes: parts.unmountedVolumes,
    nodeSelector: props.nodeSelector,
    priorityClassName: props.priorityClassName,
    imagePullSecrets: props.imagePullSecrets,
  });
  if (objects) job.node.addDependency(objects);
  if (objects && props.delivery) markFoundation(props.delivery, objects);
  explainJob(ApiObject.of(job));
  deliverJob(ApiObject.of(job), props, kind);
  if (props.name === undefined) useHashedName(ApiObject.of(job), baseName, props.migrations.digest);
  return job;
}

function commonMounts(scope: Construct, props: GateJobProps): VolumeMount[] {
  const sizeLimit = props.tmpSize ?? Size.mebibytes(64);
  const tmp = Volume.fromEmptyDir(scope, 'Tmp', 'tmp', { sizeLimit });
  const mounts: VolumeMount[] = [{ path: Path.TMP, volume: tmp }];
  const { configMapName, _files, path } = props.migrations;
  if (configMapName !== undefined) {
    const configMap = ConfigMap.fromConfigMapName(scope, 'MigrationsConfigMap', configMapName);
    const volume = Volume.fromConfigMap(scope, 'Migrations', configMap, {
      name: 'migrations',
      items: itemsOf(_files),
    });
    mounts.push({ path, volume, readOnly: true });
  }
  return mounts;
}

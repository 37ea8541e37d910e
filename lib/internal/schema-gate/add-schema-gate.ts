import { ApiObject, Size } from 'cdk8s';
import {
  type AbstractPod,
  type Container,
  type ContainerProps,
  ImagePullPolicy,
  Volume,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Command, ContainerName, Path } from '../../../core/contract';
import type { SchemaGateProps } from '../../schema-gate-props';
import { CONTAINER_SECURITY, resourcesWithDefaults } from '../hardening';
import { patchGate } from '../json-patches';
import { heapLimit } from '../memory';
import { checkLogin } from '../parts-of-job';
import { combineParts, envValues, type PodParts, volumeMounts } from '../pod-parts';
import { Problems } from '../problems';
import { sidecarContainer } from '../sidecar-container';
import { checkGate } from './check-gate';
import { gateEnv } from './gate-env';
import { isFirstToNeed, placeFor, placeLast } from './place-containers';
import { podPath, volumeNames } from './workload';

/**
 * Adds the init container to the workload, with whatever the login needs.
 *
 * @throws Error with every problem of the props.
 */
export function addSchemaGate(scope: Construct, props: SchemaGateProps): Container {
  const problems = new Problems();
  const { workload, image, tls, sidecars, containerName: name = ContainerName.WAIT } = props;
  const { credentials = props.credentials, objects } =
    problems.attempt(() => props.credentials._makeObjects(scope, 'Login')) ?? {};
  const login = credentials._login();
  // The kubelet starts a container that failed again, so that the agent may end at the first refusal.
  const parts = combineParts(problems, [
    login,
    tls?._parts() ?? {},
    { sidecars, podAnnotations: login.annotationsWhenRetried },
  ]);
  checkLogin(problems, props, credentials, parts.env);
  const env = { ...envValues(scope, parts.env), ...gateEnv(problems, props) };
  checkGate(problems, props, { name, parts, env });
  problems.throwIfAny();
  const place = placeFor(problems, workload, props.after);
  problems.throwIfAny();

  const resources = resourcesWithDefaults(props.resources);
  const imagePullPolicy = props.imagePullPolicy ?? ImagePullPolicy.IF_NOT_PRESENT;
  for (const sidecar of parts.sidecars) {
    workload.addInitContainer(sidecarContainer(sidecar, imagePullPolicy));
  }
  const container = workload.addInitContainer({
    ...{ name, image, imagePullPolicy, args: [Command.WAIT] },
    envVariables: { ...env, ...heapLimit(resources), ...props.env },
    envFrom: props.envFrom,
    // Written by a JSON patch, as in the Jobs.
    resources: {},
    volumeMounts: mountsOf(scope, props, name, parts),
    securityContext: CONTAINER_SECURITY,
  } satisfies ContainerProps);
  addToPod(workload, parts);
  const names = [...parts.sidecars.map((sidecar) => sidecar.name), name];
  patchGate(ApiObject.of(workload), podPath(workload), {
    containers: [
      ...parts.sidecars.map(({ _options }) => resourcesWithDefaults(_options.resources)),
      resources,
    ],
    from: workload.initContainers.length - names.length,
    moves: placeLast(workload, names, place),
    volumes: parts.unmountedVolumes.filter((volume) => isFirstToNeed(workload, volume.name)),
  });
  if (objects) workload.node.addDependency(objects);
  return container;
}

/** Volumes of the gate's own, with names that the workload does not have. */
function mountsOf(scope: Construct, props: SchemaGateProps, name: string, { mounts }: Required<PodParts>) {
  const taken = volumeNames(props.workload);
  const own = (suffix: string): string => {
    for (let copy = 1; ; copy += 1) {
      const candidate = `${name.slice(0, 40)}-${suffix}${copy > 1 ? `-${copy}` : ''}`;
      if (taken.has(candidate)) continue;
      taken.add(candidate);
      return candidate;
    }
  };
  const sizeLimit = props.tmpSize ?? Size.mebibytes(16);
  return [
    { path: Path.TMP, volume: Volume.fromEmptyDir(scope, 'Tmp', own('tmp'), { sizeLimit }) },
    ...volumeMounts(
      scope,
      mounts.map((mount) => ({ ...mount, name: own(mount.name) })),
    ),
  ];
}

function addToPod({ podMetadata }: AbstractPod, { podLabels, podAnnotations }: Required<PodParts>): void {
  for (const [key, value] of Object.entries(podLabels)) podMetadata.addLabel(key, value);
  for (const [key, value] of Object.entries(podAnnotations)) podMetadata.addAnnotation(key, value);
}

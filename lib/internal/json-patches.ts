import { type ApiObject, JsonPatch, type Size, SizeRoundingBehavior } from 'cdk8s';
import type { ContainerResources } from 'cdk8s-plus-28';

/**
 * Every JSON patch of the library, because a patch of an unknown field vanishes in silence and one under a
 * missing parent throws: each has a test that finds it in the manifest. What stands here has no prop in
 * cdk8s-plus-28.
 */
export interface JobPatches {
  readonly podFailurePolicy: unknown;
  /** Resources of each init container and each container, in the manifest's order. */
  readonly initContainers: readonly ContainerResources[];
  readonly containers: readonly ContainerResources[];
  /** Volumes of kinds that cdk8s-plus does not have. */
  readonly volumes: readonly unknown[];
  readonly nodeSelector?: { readonly [key: string]: string };
  readonly priorityClassName?: string;
  readonly imagePullSecrets?: string[];
}

const POD = '/spec/template/spec';

/** What a SchemaGate changes in a workload: only containers of its own, and their order. */
export interface GatePatches {
  /** Resources of its init containers, the last of the workload. */
  readonly containers: readonly ContainerResources[];
  /** Index of the first of them. */
  readonly from: number;
  /** Where they belong, one move after the other. */
  readonly moves: readonly { readonly from: number; readonly to: number }[];
  /** Volumes of kinds that cdk8s-plus does not have. */
  readonly volumes: readonly unknown[];
}

export function patchJob(job: ApiObject, patches: JobPatches): void {
  job.addJsonPatch(
    JsonPatch.add('/spec/podFailurePolicy', patches.podFailurePolicy),
    // With a failure policy the API server accepts only this: the next pod starts when the last one has ended.
    JsonPatch.add('/spec/podReplacementPolicy', 'Failed'),
    JsonPatch.add(`${POD}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
    JsonPatch.add(`${POD}/enableServiceLinks`, false),
    // The API server drops an explicit false, so that every second client-side apply would find a difference.
    JsonPatch.remove(`${POD}/hostNetwork`),
  );
  for (const kind of ['initContainers', 'containers'] as const) {
    for (const [index, resources] of patches[kind].entries()) {
      patchContainer(job, `${POD}/${kind}/${index}`, resources);
    }
  }
  for (const volume of patches.volumes) job.addJsonPatch(JsonPatch.add(`${POD}/volumes/-`, volume));
  const { nodeSelector, priorityClassName, imagePullSecrets = [] } = patches;
  if (nodeSelector && Object.keys(nodeSelector).length > 0) {
    job.addJsonPatch(JsonPatch.add(`${POD}/nodeSelector`, { ...nodeSelector }));
  }
  if (priorityClassName !== undefined) {
    job.addJsonPatch(JsonPatch.add(`${POD}/priorityClassName`, priorityClassName));
  }
  if (imagePullSecrets.length > 0) {
    job.addJsonPatch(
      JsonPatch.add(
        `${POD}/imagePullSecrets`,
        imagePullSecrets.map((name) => ({ name })),
      ),
    );
  }
}

/** @param pod path of the pod in the workload, which depends on its kind */
export function patchGate(workload: ApiObject, pod: string, patches: GatePatches): void {
  const path = (index: number) => `${pod}/initContainers/${index}`;
  for (const [index, resources] of patches.containers.entries()) {
    patchContainer(workload, path(patches.from + index), resources);
  }
  for (const { from, to } of patches.moves) {
    workload.addJsonPatch(JsonPatch.move(path(from), path(to)));
  }
  for (const volume of patches.volumes) workload.addJsonPatch(JsonPatch.add(`${pod}/volumes/-`, volume));
}

function patchContainer(object: ApiObject, path: string, resources: ContainerResources): void {
  object.addJsonPatch(
    JsonPatch.add(`${path}/terminationMessagePolicy`, 'FallbackToLogsOnError'),
    JsonPatch.add(`${path}/resources`, resourcesValue(resources)),
  );
}

/**
 * The API server drops the empty group that cdk8s-plus writes; a server-side apply on top of a client-side one
 * would then conflict over the subjects.
 */
export function patchRoleBinding(roleBinding: ApiObject): void {
  roleBinding.addJsonPatch(JsonPatch.remove('/subjects/0/apiGroup'));
}

/**
 * The Secret stays when its SealedSecret goes, and the next one takes it over: otherwise the controller finds a Secret of
 * an owner that is gone, and gives up after some tries.
 *
 * @see https://github.com/bitnami-labs/sealed-secrets#managing-existing-secrets
 */
export function patchSealedSecretOfHook(sealedSecret: ApiObject): void {
  const { template } = sealedSecret.toJson().spec;
  const annotations = {
    'sealedsecrets.bitnami.com/managed': 'true',
    'sealedsecrets.bitnami.com/skip-set-owner-references': 'true',
    ...template.metadata?.annotations,
  };
  sealedSecret.addJsonPatch(JsonPatch.add('/spec/template/metadata', { ...template.metadata, annotations }));
}

/** cdk8s-plus has the prop, but writes ephemeral storage in whole gibibytes and throws for less. */
function resourcesValue({ cpu, memory, ephemeralStorage }: ContainerResources): unknown {
  const list = (bound: 'request' | 'limit') => {
    const quantities = {
      cpu: cpu?.[bound]?.amount,
      memory: sizeText(memory?.[bound]),
      'ephemeral-storage': sizeText(ephemeralStorage?.[bound]),
    };
    const given = Object.entries(quantities).filter(([, value]) => value !== undefined);
    // Patches apply before cdk8s unwraps its Quantity objects; a plain string would become null.
    return Object.fromEntries(given.map(([name, value]) => [name, { value }]));
  };
  return { requests: list('request'), limits: list('limit') };
}

export function sizeText(size: Size | undefined): string | undefined {
  const kibibytes = size?.toKibibytes({ rounding: SizeRoundingBehavior.FLOOR });
  if (kibibytes === undefined) return undefined;
  return kibibytes % 1024 === 0 ? `${kibibytes / 1024}Mi` : `${kibibytes}Ki`;
}

import { SizeRoundingBehavior } from 'cdk8s';
import type { EnvValue } from 'cdk8s-plus-28';
import type { SchemaGateProps } from '../../schema-gate-props';
import { tmpSizeProblem } from '../check-gate-job';
import { imageProblem } from '../image-reference';
import type { PodParts } from '../pod-parts';
import { type Problems, shown } from '../problems';
import { checkExtraEnv } from '../runner-env';
import { dnsLabelProblem } from '../syntax';
import { WORKLOAD_KINDS, workloadKind } from './workload';

interface Planned {
  readonly name: string;
  readonly parts: Required<PodParts>;
  readonly env: { readonly [name: string]: EnvValue };
}

/** Gathers every problem of the props, and what of the gate the workload has otherwise already. */
export function checkGate(problems: Problems, props: SchemaGateProps, { name, parts, env }: Planned): void {
  problems.check('image', imageProblem(props.image, props.allowMutableImage ?? false));
  problems.check('containerName', dnsLabelProblem(name));
  const tmp = props.tmpSize?.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  if (tmp !== undefined) problems.check('tmpSize', tmpSizeProblem(tmp));
  checkExtraEnv(problems, props, env);
  if (workloadKind(props.workload) === undefined) {
    const kinds = `${WORKLOAD_KINDS.slice(0, -1).join(', ')} or ${WORKLOAD_KINDS.at(-1)}`;
    problems.add('workload', `it has no pod to add a container to; give a ${kinds} of cdk8s-plus`);
    return;
  }
  checkNames(problems, props, name, parts);
  checkPodMetadata(problems, props, parts);
}

function checkNames(
  problems: Problems,
  { workload }: SchemaGateProps,
  name: string,
  { sidecars }: Required<PodParts>,
): void {
  const taken = [...workload.containers, ...workload.initContainers].map((container) => container.name);
  if (taken.includes(name)) {
    problems.add(
      'containerName',
      `${shown(name)} is a container of the workload already; give another containerName`,
    );
  }
  const own = sidecars.map((sidecar) => sidecar.name);
  for (const [index, sidecar] of own.entries()) {
    if (taken.includes(sidecar)) {
      problems.add(
        'sidecars',
        `${shown(sidecar)} is a container of the workload already; if it is the same proxy, give credentials that go through it, and its name as after`,
      );
    } else if (sidecar === name || own.indexOf(sidecar) < index) {
      problems.add('sidecars', `${shown(sidecar)} would be the name of two containers; give another one`);
    }
  }
}

/** The pod is the application's: what it says already is not overwritten. */
function checkPodMetadata(
  problems: Problems,
  { workload }: SchemaGateProps,
  { podLabels, podAnnotations }: Required<PodParts>,
): void {
  const { podMetadata } = workload;
  const differs = (given: unknown, wanted: string) => given !== undefined && given !== wanted;
  for (const [key, value] of Object.entries(podLabels)) {
    const given = podMetadata.getLabel(key);
    if (differs(given, value)) problems.add('credentials', otherwise('label', key, value, given));
  }
  const { annotations } = podMetadata.toJson() as { annotations?: { [key: string]: string } };
  for (const [key, value] of Object.entries(podAnnotations)) {
    const given = annotations?.[key];
    if (differs(given, value)) problems.add('credentials', otherwise('annotation', key, value, given));
  }
}

function otherwise(what: string, key: string, value: string, given: unknown): string {
  return `the pod has the ${what} ${shown(key)} with ${shown(given)}, and the login needs ${shown(value)}; give one of them up`;
}

import { type Duration, SizeRoundingBehavior } from 'cdk8s';
import type { EnvValue } from 'cdk8s-plus-28';
import type { GateJobProps } from '../gate-job-props';
import { checkRollback, checkTtl } from './delivery/check';
import type { GateJobKind } from './gate-job-kind';
import { MAX_BASE_NAME_LENGTH } from './hashed-name';
import { imageProblem } from './image-reference';
import { COMPONENT_LABELS, INSTANCE_LABEL, NAME_LABEL } from './labels';
import { type Problems, shown } from './problems';
import { checkDeadline, checkExtraEnv } from './runner-env';
import {
  dnsLabelProblem,
  labelKeyProblem,
  labelProblems,
  objectNameProblem,
  wholeNumberProblem,
} from './syntax';

const RESERVED_LABELS = [NAME_LABEL, INSTANCE_LABEL, ...Object.keys(COMPONENT_LABELS)];

/** Gathers every problem of the props that MigrationJob and RollbackJob share. */
export function checkGateJob(
  problems: Problems,
  props: GateJobProps,
  kind: GateJobKind,
  env: { readonly [name: string]: EnvValue },
  activeDeadline: Duration,
): void {
  problems.check('image', imageProblem(props.image, props.allowMutableImage ?? false));
  problems.check('backoffLimit', wholeNumberProblem(kind.backoffLimit, 0, 1000));
  if (props.name !== undefined) problems.check('name', dnsLabelProblem(props.name));
  problems.check('baseName', dnsLabelProblem(props.baseName ?? kind.baseName, MAX_BASE_NAME_LENGTH));
  if (props.instance !== undefined) problems.check('instance', dnsLabelProblem(props.instance));
  if (props.priorityClassName !== undefined) {
    problems.check('priorityClassName', objectNameProblem(props.priorityClassName));
  }
  for (const name of props.imagePullSecrets ?? [])
    problems.check('imagePullSecrets', objectNameProblem(name));
  checkLabels(problems, props);
  checkDelivery(problems, props, kind);
  checkDurations(problems, props, activeDeadline);
  checkDeadline(problems, props, activeDeadline);
  const tmp = props.tmpSize?.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  if (tmp !== undefined) problems.check('tmpSize', tmpSizeProblem(tmp));
  checkExtraEnv(problems, props, env);
}

function checkDelivery(
  problems: Problems,
  { delivery, ttlAfterFinished }: GateJobProps,
  { isRollback }: GateJobKind,
): void {
  if (!delivery) return;
  if (isRollback) checkRollback(problems, delivery);
  else checkTtl(problems, delivery, ttlAfterFinished);
}

function checkLabels(problems: Problems, props: GateJobProps): void {
  for (const text of labelProblems(props.podLabels ?? {})) problems.add('podLabels', text);
  for (const key of Object.keys(props.podLabels ?? {})) {
    if (RESERVED_LABELS.includes(key)) {
      problems.add('podLabels', `${shown(key)} is set by the construct; set baseName or instance instead`);
    }
  }
  for (const text of labelProblems(props.nodeSelector ?? {})) problems.add('nodeSelector', text);
  for (const key of Object.keys(props.podAnnotations ?? {})) {
    problems.check('podAnnotations', labelKeyProblem(key));
  }
}

function checkDurations(problems: Problems, props: GateJobProps, activeDeadline: Duration): void {
  const durations = { activeDeadline, terminationGracePeriod: props.terminationGracePeriod };
  for (const [prop, duration] of Object.entries(durations)) {
    const seconds = duration?.toSeconds({ integral: false });
    if (seconds !== undefined) problems.check(prop, secondsProblem(seconds, 1));
  }
  const ttl = props.ttlAfterFinished?.toSeconds({ integral: false });
  if (ttl !== undefined) problems.check('ttlAfterFinished', secondsProblem(ttl, 0));
}

export function tmpSizeProblem(mebibytes: number): string | undefined {
  if (Number.isInteger(mebibytes) && mebibytes >= 1) return undefined;
  return `${mebibytes} mebibytes can't be written; give a whole number of mebibytes, at least 1`;
}

function secondsProblem(seconds: number, min: number): string | undefined {
  if (Number.isInteger(seconds) && seconds >= min) return undefined;
  return `${seconds} seconds can't be written; give a whole number of seconds, at least ${min}`;
}

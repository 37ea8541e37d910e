import { isIP } from 'node:net';
import { Chart } from 'cdk8s';
import type { Job } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { DatabaseObjectsProps } from '../database-objects-props';
import type { GateJobProps } from '../gate-job-props';
import { MigrationRbac, type MigrationRbacProps } from '../migration-rbac';
import { DbEgressPolicy } from '../network/db-egress-policy';
import { RollbackScripts } from '../rollback-scripts';
import { markFoundation } from './delivery/mark';
import { COMPONENT_LABELS, INSTANCE_LABEL } from './labels';
import { combineParts, objectsRead, type PodParts } from './pod-parts';
import type { Problems } from './problems';
import { dnsLabelProblem } from './syntax';
import { telemetryEgress, telemetryParts } from './telemetry/telemetry-parts';

/** What a Job stands on. Some parts are missing while `problems` holds the reason. */
export interface Foundation {
  readonly rbacProps: MigrationRbacProps;
  readonly rbac?: MigrationRbac;
  readonly scripts?: RollbackScripts;
  readonly policy?: DbEgressPolicy;
  /** The objects that the login comes from. */
  readonly login?: Construct;
  /** The props that the Job takes on: the account, the login at the endpoint, and its labels. */
  readonly jobProps: Pick<GateJobProps, 'serviceAccount' | 'credentials' | 'instance' | 'podLabels'>;
}

/**
 * Makes account, role, binding, rollback scripts, policy and the objects of the login, in this order; every fault
 * goes to `problems`.
 */
export function layFoundation(
  scope: Construct,
  props: DatabaseObjectsProps & GateJobProps,
  problems: Problems,
): Foundation {
  const name = checkedName(problems, 'objectName', props.objectName, 'db-migration');
  const scriptsName = checkedName(
    problems,
    'rollbackScriptsName',
    props.rollbackScriptsName,
    'db-rollback-scripts',
  );
  const instance = props.instance ?? name;
  const { namespace } = Chart.of(scope);
  if (namespace !== undefined) problems.check('namespace', dnsLabelProblem(namespace));

  const credentials = problems.attempt(() => props.credentials._at(props.endpoint)) ?? props.credentials;
  const parts = combineParts(problems, [
    credentials._login(),
    props.tls?._parts() ?? {},
    props.mesh?._parts(props.endpoint) ?? {},
    telemetryParts(props.telemetry),
    telemetryEgress(problems, props),
  ]);
  const { secretNames, configMapNames } = objectsRead(parts);
  if (props.dnsNames && props.mesh?._looksUpFullNames === false) {
    problems.add(
      'dnsNames',
      "Istio's sidecar looks up istiod by a short name, which a policy of full names refuses; leave dnsNames out, or mesh",
    );
  }
  const hasScripts = props.includeRollbackScripts ?? props.migrations.localFolder !== undefined;
  const { configMapName: migrationsName } = props.migrations;
  const rbacProps: MigrationRbacProps = {
    name,
    serviceAccount: props.serviceAccount,
    workloadIdentity: props.workloadIdentity,
    secretNames,
    configMapNames: [
      ...(hasScripts ? [scriptsName] : []),
      ...(migrationsName ? [migrationsName] : []),
      ...configMapNames,
    ],
  };
  const rbac = problems.attempt(() => new MigrationRbac(scope, 'Rbac', rbacProps));
  const scripts = problems.attempt(
    () =>
      hasScripts
        ? new RollbackScripts(scope, 'RollbackScripts', {
            name: scriptsName,
            migrations: props.migrations,
            since: props.rollbackScriptsSince,
          })
        : undefined,
    { since: 'rollbackScriptsSince' },
  );
  const policy = problems.attempt(
    () =>
      new DbEgressPolicy(scope, 'EgressPolicy', {
        name,
        endpoint: props.endpoint,
        podLabels: { ...COMPONENT_LABELS, [INSTANCE_LABEL]: instance },
        policyKind: props.policyKind,
        dns: props.dns,
        dnsPeers: props.dnsPeers,
        dnsNames: props.dnsNames && [...namesOf(parts), ...props.dnsNames],
        extraEgress: [...parts.egress, ...(props.extraEgress ?? [])],
      }),
  );
  const { workloadIdentity, podLabels } = props;
  const identified =
    workloadIdentity && combineParts(problems, [{ podLabels: workloadIdentity._podLabels }, { podLabels }]);
  const login = problems.attempt(() => credentials._makeObjects(scope, 'Login'));
  const { delivery } = props;
  for (const part of [rbac, scripts, policy, login?.objects])
    if (part && delivery) markFoundation(delivery, part);
  return {
    rbacProps,
    rbac,
    scripts,
    policy,
    login: login?.objects,
    jobProps: {
      serviceAccount: rbac?.serviceAccount,
      credentials: login?.credentials ?? credentials,
      instance,
      podLabels: identified?.podLabels ?? props.podLabels,
    },
  };
}

/** What the pod looks up, as far as the manifest says it. */
function namesOf({ env, lookups }: Required<PodParts>): string[] {
  const { PGHOST: host } = env;
  const hosts = host && 'value' in host ? [host.value] : [];
  return [...hosts, ...lookups].filter((name) => isIP(name) === 0);
}

/** A construct that wraps a Job. */
interface GateJob extends Construct {
  readonly job: Job;
}

/** A wrong name is replaced by the default, so that the parts it names don't each report it again. */
function checkedName(problems: Problems, prop: string, given: string | undefined, byDefault: string): string {
  const problem = given === undefined ? undefined : dnsLabelProblem(given);
  problems.check(prop, problem);
  return problem === undefined ? (given ?? byDefault) : byDefault;
}

/**
 * Orders the manifest so that a Job finds everything in place: the API server creates objects in the file's order. A
 * policy that answers only some names needs a pod that asks only for them: the refusal of another one from the search
 * list would end the lookup.
 */
export function standOn(job: GateJob, { rbac, scripts, policy, login }: Foundation): void {
  if (policy?._looksUpFullNamesOnly) job.job.dns.addOption({ name: 'ndots', value: '1' });
  for (const part of [rbac, scripts, policy, login]) {
    if (part) job.node.addDependency(part);
  }
}

import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { DatabaseObjectsProps } from '../database-objects-props';
import type { GateJobProps } from '../gate-job-props';
import { MigrationRbac } from '../migration-rbac';
import { DbEgressPolicy } from '../network/db-egress-policy';
import { RollbackScripts } from '../rollback-scripts';
import { COMPONENT_LABELS, INSTANCE_LABEL } from './labels';
import type { Problems } from './problems';
import { dnsLabelProblem } from './syntax';

/** What a Job stands on. Some parts are missing while `problems` holds the reason. */
export interface Foundation {
  readonly rbac?: MigrationRbac;
  readonly scripts?: RollbackScripts;
  readonly policy?: DbEgressPolicy;
  /** The props that the Job takes on: the account, the login at the endpoint, and its label. */
  readonly jobProps: Pick<GateJobProps, 'serviceAccount' | 'credentials' | 'instance'>;
}

/**
 * Makes account, role, binding, rollback scripts and policy, in this order; every fault goes to `problems`.
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

  const hasScripts = props.includeRollbackScripts ?? props.migrations.localFolder !== undefined;
  const { configMapName: migrationsName } = props.migrations;
  const rbac = problems.attempt(
    () =>
      new MigrationRbac(scope, 'Rbac', {
        name,
        serviceAccount: props.serviceAccount,
        secretNames: [props.credentials.secretName],
        configMapNames: [...(hasScripts ? [scriptsName] : []), ...(migrationsName ? [migrationsName] : [])],
      }),
  );
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
        dnsPeers: props.dnsPeers,
        extraEgress: props.extraEgress,
      }),
  );
  const credentials = problems.attempt(() => props.credentials._at(props.endpoint)) ?? props.credentials;
  return {
    rbac,
    scripts,
    policy,
    jobProps: { serviceAccount: rbac?.serviceAccount, credentials, instance },
  };
}

/** A wrong name is replaced by the default, so that the parts it names don't each report it again. */
function checkedName(problems: Problems, prop: string, given: string | undefined, byDefault: string): string {
  const problem = given === undefined ? undefined : dnsLabelProblem(given);
  problems.check(prop, problem);
  return problem === undefined ? (given ?? byDefault) : byDefault;
}

/**
 * Orders the manifest so that a Job finds everything in place: the API server creates objects in the file's
 * order.
 */
export function standOn(job: Construct, { rbac, scripts, policy }: Foundation): void {
  for (const part of [rbac, scripts, policy]) {
    if (part) job.node.addDependency(part);
  }
}

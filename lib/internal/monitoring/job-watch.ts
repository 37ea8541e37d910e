import { ApiObject } from 'cdk8s';
import { Command, Label } from '../../../core/contract';
import type { MigrationJob } from '../../migration-job';
import type { MatchingMigrationsOptions, NamedMigrationOptions, WatchOptions } from '../../monitoring';
import { MAX_BASE_NAME_LENGTH } from '../hashed-name';
import { Problems, shown } from '../problems';
import { dnsLabelProblem, objectNameProblem } from '../syntax';
import { equal, matches, matchesNot, patternProblem } from './promql';

/** How the Jobs of one migration, or of many, are told apart from all others. */
export interface JobWatch {
  /** Name of the group of rules. */
  readonly title: string;
  /** The namespace, where it is one. */
  readonly namespace?: string;
  /** Matcher of the label `namespace`. */
  readonly inNamespace: string;
  /** What the names begin with; absent where it is a pattern. */
  readonly baseName?: string;
  /** Matchers of the label `job_name`, of a migration's Jobs. */
  readonly migrations: readonly string[];
  /** Of a rollback's. */
  readonly rollbacks: readonly string[];
  /** What their names begin with; absent where it is a pattern. */
  readonly rollbackBaseName?: string;
  /** Patterns of the names of all these Jobs. */
  readonly names: readonly string[];
  readonly deployments: readonly string[];
  /** The construct that was given, and the seconds after which its Job fails by itself, and is removed when it has ended. */
  readonly job?: MigrationJob;
  readonly activeDeadline?: number;
  readonly ttlAfterFinished?: number;
}

export const DEFAULT_BASE_NAME = 'db-migration';
const DEFAULT_ROLLBACK = 'db-rollback';
/** As `hashed-name.ts` and the command write it. */
const HASH = '-[0-9a-f]{8}';

/** How the Jobs end that the command makes for a moment: the runner's command, and a random number like a hash. */
const SHORT_JOBS = [
  ...new Set(
    Object.values(Command)
      .filter((command) => command !== Command.MIGRATE && command !== Command.ROLLBACK)
      .flatMap((command) => [command, command.replace(/^rollback-/, '')]),
  ),
];

export function watchOfJob(migration: MigrationJob, options: WatchOptions): JobWatch {
  const job = ApiObject.of(migration.job);
  const baseName = job.metadata.getLabel(Label.NAME) ?? DEFAULT_BASE_NAME;
  const isHashed = new RegExp(`^${baseName}${HASH}$`).test(job.name);
  const namespace = options.namespace ?? job.metadata.namespace;
  const problems = new Problems();
  if (namespace === undefined) {
    problems.add(
      'namespace',
      `the chart of ${migration.node.path} has none, so its Jobs could be anywhere; give the namespace that they are applied to`,
    );
  }
  problems.throwIfAny();
  const { activeDeadlineSeconds, ttlSecondsAfterFinished } = job.toJson().spec;
  return {
    ...watchOfName({
      namespace: namespace ?? '',
      baseName,
      ...(isHashed ? {} : { jobName: job.name }),
      rollbackBaseName: options.rollbackBaseName,
      deployments: options.deployments,
    }),
    job: migration,
    activeDeadline: activeDeadlineSeconds,
    ttlAfterFinished: ttlSecondsAfterFinished,
  };
}

export function watchOfName(options: NamedMigrationOptions): JobWatch {
  const {
    namespace,
    baseName = DEFAULT_BASE_NAME,
    jobName,
    rollbackBaseName = DEFAULT_ROLLBACK,
    deployments = [],
  } = options;
  const problems = new Problems();
  problems.check('namespace', dnsLabelProblem(namespace));
  problems.check('baseName', dnsLabelProblem(baseName, MAX_BASE_NAME_LENGTH));
  if (jobName !== undefined) problems.check('jobName', dnsLabelProblem(jobName));
  problems.check('rollbackBaseName', dnsLabelProblem(rollbackBaseName, MAX_BASE_NAME_LENGTH));
  for (const name of deployments) problems.check('deployments', objectNameProblem(name));
  problems.throwIfAny();
  const migration = jobName ?? baseName;
  return {
    title: `${namespace}.${migration}`,
    namespace,
    inNamespace: equal('namespace', namespace),
    baseName: migration,
    migrations: [
      jobName === undefined ? matches('job_name', `${baseName}${HASH}`) : equal('job_name', jobName),
    ],
    rollbacks: [matches('job_name', `${rollbackBaseName}${HASH}`)],
    rollbackBaseName,
    names: [jobName ?? `${baseName}${HASH}`, `${rollbackBaseName}${HASH}`],
    deployments: [...new Set(deployments)],
  };
}

export function watchOfPattern(options: MatchingMigrationsOptions): JobWatch {
  const { namespaces, baseNames = DEFAULT_BASE_NAME, rollbackBaseNames = DEFAULT_ROLLBACK } = options;
  const problems = new Problems();
  for (const [prop, pattern] of Object.entries({ namespaces, baseNames, rollbackBaseNames })) {
    problems.check(prop, patternProblem(pattern));
  }
  if (baseNames === rollbackBaseNames) {
    problems.add(
      'rollbackBaseNames',
      `${shown(rollbackBaseNames)} is baseNames too, so that a rollback would count as a migration; give each its own`,
    );
  }
  problems.throwIfAny();
  const shortJobs = matchesNot('job_name', `.+-(?:${SHORT_JOBS.join('|')})${HASH}`);
  const jobs = (pattern: string) => [matches('job_name', `(?:${pattern})${HASH}`), shortJobs];
  return {
    title: `${namespaces}.${baseNames}`,
    inNamespace: matches('namespace', namespaces),
    migrations: [
      ...jobs(baseNames),
      // Where the one pattern is wide enough for the other's names.
      matchesNot('job_name', `(?:${rollbackBaseNames})${HASH}`),
    ],
    rollbacks: jobs(rollbackBaseNames),
    names: [baseNames, rollbackBaseNames].map((pattern) => `(?:${pattern})${HASH}`),
    deployments: [],
  };
}

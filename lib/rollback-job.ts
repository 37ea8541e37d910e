import { Chart, type Duration, type Size } from 'cdk8s';
import { EnvValue, type Job } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Command, ContainerName, EMPTY_TARGET, Path } from '../core/contract';
import { matchTarget } from '../core/journal';
import type { GateJobProps } from './gate-job-props';
import { createGateJob } from './internal/gate-job';
import { Problems, shown } from './internal/problems';
import { rollbackEnv } from './internal/rollback-env';
import { MigrationJob } from './migration-job';
import type { RollbackKeep } from './rollback-keep';
import type { RollbackScripts } from './rollback-scripts';

/** What makes a rollback this one and no other. */
export interface RollbackOptions {
  /**
   * The last migration that stays applied: its tag, or its number. The word `empty` means that none stays.
   */
  readonly target: string;
  /**
   * The token that the plan printed. It belongs to one database, one range, one set of scripts and the objects that
   * lose data.
   * @default '' - the Job prints its plan and the token, changes nothing and ends with exit code 85
   */
  readonly confirmation?: string;
  /**
   * Who confirmed the plan, for the record of the run in the database: a person, or the run of a pipeline.
   * @default - the record has the database role only
   */
  readonly confirmedBy?: string;
  /**
   * Time between the warning and the rollback, in which deleting the Job stops it.
   * @default Duration.seconds(10)
   */
  readonly delay?: Duration;
  /**
   * What becomes of the rows of dropped tables and columns.
   * @default RollbackKeep.KEEP
   */
  readonly keep?: RollbackKeep;
  /**
   * How much may be kept. When there is more, the rollback refuses (85) until `keep` is `RollbackKeep.DISCARD` or the
   * limit is higher.
   * @default Size.gibibytes(1)
   */
  readonly keepLimit?: Size;
  /**
   * Rows up to which the plan counts exactly what is lost. Of larger tables it gives the estimate of the server, and
   * says so.
   * @default 1000000
   */
  readonly countLimit?: number;
  /**
   * How long the token of a plan confirms it.
   * @default Duration.hours(1)
   */
  readonly tokenLifetime?: Duration;
}

export interface RollbackJobProps extends GateJobProps, RollbackOptions {
  /**
   * Rollback scripts from a ConfigMap, searched before those beside the migrations.
   * @default - only those beside the migrations
   */
  readonly scripts?: RollbackScripts;
}

/**
 * The Job that takes a database back to an earlier migration: it shows what will be lost, waits, keeps
 * a copy of the rows that go, and runs the rollback scripts in one transaction where PostgreSQL allows it. It is never retried by itself, and belongs in a chart of its own, so
 * that no ordinary `kubectl apply` starts it.
 */
export class RollbackJob extends Construct {
  /** The wrapped object, child `Resource`. */
  public readonly job: Job;

  /** @throws Error with every problem of the props. */
  constructor(scope: Construct, id: string, props: RollbackJobProps) {
    super(scope, id);
    const problems = new Problems();
    checkTarget(problems, props);
    if (props.confirmation !== undefined && props.confirmation !== props.confirmation.trim()) {
      problems.add(
        'confirmation',
        `${shown(props.confirmation)} has spaces around it; give the token as it was printed`,
      );
    }
    if (props.confirmedBy?.trim() === '') {
      problems.add('confirmedBy', `${shown(props.confirmedBy)} is empty; give a name, or leave it out`);
    }
    const { scripts } = props;
    const env = rollbackEnv(problems, props);
    if (scripts) env.ROLLBACK_FOLDER = EnvValue.fromValue(Path.MOUNTED_ROLLBACK_SCRIPTS);
    this.job = createGateJob(
      this,
      props,
      {
        isRollback: true,
        baseName: 'db-rollback',
        backoffLimit: 0,
        init: { name: ContainerName.ROLLBACK_PREFLIGHT, args: [Command.ROLLBACK_PREFLIGHT], isRunner: true },
        main: { name: ContainerName.ROLLBACK, args: [Command.ROLLBACK], isRunner: true },
        env,
        mounts: (owner) =>
          scripts
            ? [
                {
                  path: Path.MOUNTED_ROLLBACK_SCRIPTS,
                  volume: scripts._volume(owner, 'Scripts'),
                  readOnly: true,
                },
              ]
            : [],
        // Another set of scripts is another Job, even though its pod template would be the same.
        podAnnotations: scripts && { 'drizzle-gate/rollback-scripts': scripts.digest },
      },
      problems,
    );
    this.node.addValidation({ validate: () => this.sharedChartProblems() });
  }

  /**
   * Name of the Job. Read it when everything that changes the pod is done: the hash in it follows the pod
   * template.
   */
  public get name(): string {
    return this.job.name;
  }

  private sharedChartProblems(): string[] {
    if (MigrationJob._within(Chart.of(this)).length === 0) return [];
    return [
      'a RollbackJob shares its chart with a MigrationJob, so that one `kubectl apply` would run both; give it a chart of its own',
    ];
  }
}

/** As the runner resolves it: a tag, or the number that exactly one tag begins with. */
function checkTarget(problems: Problems, { target, migrations }: RollbackJobProps): void {
  if (target.trim() === '') {
    problems.add(
      'target',
      `${shown(target)} is empty; give the tag of the last migration that stays, or "${EMPTY_TARGET}"`,
    );
    return;
  }
  const { tags } = migrations;
  if (!tags || target === EMPTY_TARGET) return;
  const meant = matchTarget(tags, target);
  if (meant.length === 1) return;
  if (meant.length > 1) {
    problems.add('target', `${shown(target)} can mean ${meant.join(' or ')}; give the whole tag`);
    return;
  }
  const last = tags.slice(-3).map((tag) => shown(tag));
  problems.add(
    'target',
    `${shown(target)} is no migration of the journal; give a tag, for example ${[...last, shown(EMPTY_TARGET)].join(', ')}`,
  );
}

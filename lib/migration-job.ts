import type { EnvValue, Job } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Command, ContainerName } from '../core/contract';
import type { GateJobProps } from './gate-job-props';
import { createGateJob } from './internal/gate-job';
import type { GateContainer } from './internal/gate-job-kind';
import { imageProblem } from './internal/image-reference';
import { literal } from './internal/literal';
import { Problems, shown } from './internal/problems';
import { Register } from './internal/register';

/** A migrate command of your own, in place of the runner's. */
export interface CommandOverride {
  /** The program and its arguments, for example `['pnpm', 'db:migrate']`. */
  readonly command: string[];
  /**
   * Absolute path of the folder that it starts in, for example `/app/packages/shared-schema`; a relative one
   * is meant from the image's own working directory.
   * @default - the image's own
   */
  readonly workingDir?: string;
  /**
   * The image with the command. The pre-flight check still runs in the image with the runner.
   * @default - the Job's image
   */
  readonly image?: string;
}

export interface MigrationJobProps extends GateJobProps {
  /**
   * How often a failed attempt is tried again, if its exit code says that this can help.
   * @default 3
   */
  readonly backoffLimit?: number;
  /**
   * Roles that may see the schema version: after a successful run `migrate` grants them USAGE on the schema of
   * the history and SELECT on its table, where that is missing. A role that does not exist is refused (78).
   * @default - nobody gets a privilege
   */
  readonly grantStatusTo?: string[];
  /**
   * A migrate command of your own. The failure policy then binds only the exit codes of the pre-flight check,
   * because nobody knows what those of the command mean. The root file system is read-only: a tool that needs
   * a home can be given `HOME=/tmp` in `env`.
   * @default - the runner's `migrate`
   */
  readonly command?: CommandOverride;
}

const jobs = new Register<MigrationJob>();

/**
 * The Job that brings a database's schema up to date: a pre-flight check as init container, then the
 * migration. It fails at once where no retry can help, and its pod satisfies the *restricted* Pod Security
 * Standard.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export class MigrationJob extends Construct {
  /** The wrapped object, child `Resource`. */
  public readonly job: Job;

  /** @throws Error with every problem of the props. */
  constructor(scope: Construct, id: string, props: MigrationJobProps) {
    super(scope, id);
    const problems = new Problems();
    checkCommand(problems, props);
    this.job = createGateJob(
      this,
      props,
      {
        isRollback: false,
        baseName: 'db-migration',
        backoffLimit: props.backoffLimit ?? 3,
        init: { name: ContainerName.PREFLIGHT, args: [Command.PREFLIGHT], isRunner: true },
        main: mainContainer(props.command),
        env: grantEnv(problems, props),
        mounts: () => [],
      },
      problems,
    );
    jobs.add(this, '');
  }

  /** Those that stand below a scope. @internal */
  public static _within(scope: Construct): MigrationJob[] {
    return jobs.within(scope, '');
  }

  /**
   * Name of the Job. Read it when everything that changes the pod is done: the hash in it follows the pod
   * template.
   */
  public get name(): string {
    return this.job.name;
  }
}

function mainContainer(override: CommandOverride | undefined): GateContainer {
  if (!override) return { name: ContainerName.MIGRATE, args: [Command.MIGRATE], isRunner: true };
  const { command, workingDir, image } = override;
  return { name: ContainerName.MIGRATE, command, workingDir, image, isRunner: false };
}

function grantEnv(
  problems: Problems,
  { grantStatusTo = [] }: MigrationJobProps,
): { [name: string]: EnvValue } {
  for (const role of grantStatusTo) {
    const isName =
      role.trim() === role && role !== '' && !role.includes(',') && Buffer.byteLength(role) <= 63;
    if (!isName || role.toLowerCase() === 'public') {
      problems.add(
        'grantStatusTo',
        `${shown(role)} is not the name of a role; write 1 to 63 bytes without commas, and not PUBLIC`,
      );
    }
  }
  return grantStatusTo.length === 0 ? {} : { GRANT_STATUS_TO: literal(grantStatusTo.join(',')) };
}

function checkCommand(problems: Problems, { command: override, allowMutableImage }: MigrationJobProps): void {
  if (!override) return;
  if (override.command.length === 0 || override.command[0] === '') {
    problems.add('command', `${shown(override.command)} starts no program; give its name and its arguments`);
  }
  if (override.workingDir !== undefined && override.workingDir.trim() === '') {
    problems.add(
      'command.workingDir',
      `${shown(override.workingDir)} is empty; give a folder or leave it out`,
    );
  }
  if (override.image !== undefined) {
    problems.check('command.image', imageProblem(override.image, allowMutableImage ?? false));
  }
}

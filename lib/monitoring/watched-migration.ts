import type { DatabaseMigration } from '../database-migration';
import { type JobWatch, watchOfJob, watchOfName, watchOfPattern } from '../internal/monitoring/job-watch';
import type { MigrationJob } from '../migration-job';

export interface WatchOptions {
  /**
   * Namespace of the Jobs.
   * @default - that of the migration's chart
   */
  readonly namespace?: string;
  /**
   * What the names of the rollback's Jobs begin with. Those of all databases in a namespace have the same, unless a
   * RollbackJob of yours has a `baseName` of its own.
   * @default 'db-rollback'
   */
  readonly rollbackBaseName?: string;
  /**
   * Names of the Deployments that are delivered behind this migration, in its namespace: those with a SchemaGate, and
   * those that the pipeline applies after it.
   * @default - none, and so no alert for a deployment without a migration
   */
  readonly deployments?: string[];
}

export interface NamedMigrationOptions {
  /** Namespace of the Jobs. */
  readonly namespace: string;
  /**
   * What the names of the migration's Jobs begin with, before "-" and the hash.
   * @default 'db-migration'
   */
  readonly baseName?: string;
  /**
   * The whole name of the Job, where its construct was given one.
   * @default - baseName and a hash
   */
  readonly jobName?: string;
  /**
   * What the names of the rollback's Jobs begin with.
   * @default 'db-rollback'
   */
  readonly rollbackBaseName?: string;
  /**
   * Names of the Deployments that are delivered behind this migration, in its namespace.
   * @default - none, and so no alert for a deployment without a migration
   */
  readonly deployments?: string[];
}

export interface MatchingMigrationsOptions {
  /** Regular expression of RE2 for the whole name of a namespace, for example `team-.+`. */
  readonly namespaces: string;
  /**
   * Regular expression for the whole base name of a migration. The Jobs that the command makes for a moment, such as
   * `db-migration-status-…`, are no migrations, whatever it says. It must not match the name of a CronJob: the number
   * at the end of its Jobs looks like a hash.
   * @default 'db-migration'
   */
  readonly baseNames?: string;
  /**
   * Regular expression for the whole base name of a rollback.
   * @default 'db-rollback'
   */
  readonly rollbackBaseNames?: string;
}

/** Which Jobs are watched: those of one migration and of its rollback, or of many by their names. */
export class WatchedMigration {
  /**
   * A migration made by this program.
   *
   * @throws Error with every problem of the options.
   */
  public static of(migration: DatabaseMigration, options: WatchOptions = {}): WatchedMigration {
    return WatchedMigration.ofJob(migration.migrationJob, options);
  }

  /**
   * A migration's Job made by this program.
   *
   * @throws Error with every problem of the options.
   */
  public static ofJob(job: MigrationJob, options: WatchOptions = {}): WatchedMigration {
    return new WatchedMigration(watchOfJob(job, options));
  }

  /**
   * A migration made elsewhere.
   *
   * @throws Error with every problem of the options.
   */
  public static named(options: NamedMigrationOptions): WatchedMigration {
    return new WatchedMigration(watchOfName(options));
  }

  /**
   * All migrations of a cluster whose names match, also those of teams that come later.
   *
   * @throws Error with every problem of the options.
   */
  public static matching(options: MatchingMigrationsOptions): WatchedMigration {
    return new WatchedMigration(watchOfPattern(options));
  }

  private constructor(
    /** @internal */
    public readonly _watch: JobWatch,
  ) {}
}

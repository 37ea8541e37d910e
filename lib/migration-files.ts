import { ConfigMap } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checkSize, dataOf } from './internal/config-map-files';
import { Problems } from './internal/problems';
import { MigrationSource } from './migration-source';

export interface MigrationFilesProps {
  /** The folder that drizzle-kit writes. */
  readonly localFolder: string;
  /** @default 'db-migration-files' */
  readonly name?: string;
}

/**
 * A ConfigMap with a whole migrations folder, for a Job whose image holds only the runner.
 * Above 250,000 bytes it is refused, because `kubectl apply` could not carry it.
 */
export class MigrationFiles extends Construct {
  /** The wrapped object. */
  public readonly configMap: ConfigMap;
  /** What a Job's `migrations` takes, to run these files. */
  public readonly source: MigrationSource;

  constructor(scope: Construct, id: string, props: MigrationFilesProps) {
    super(scope, id);
    const name = props.name ?? 'db-migration-files';
    this.source = MigrationSource.fromConfigMap(name, props.localFolder);
    const problems = new Problems();
    checkSize(
      problems,
      name,
      this.source._files,
      'bake the migrations into the image (MigrationSource.fromImage)',
    );
    problems.throwIfAny();
    this.configMap = new ConfigMap(this, 'Resource', {
      metadata: { name },
      data: dataOf(this.source._files),
    });
  }
}

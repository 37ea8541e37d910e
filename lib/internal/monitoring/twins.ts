import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { MigrationJob } from '../../migration-job';
import { NAME_LABEL } from '../labels';
import { shown } from '../problems';
import type { JobWatch } from './job-watch';

/** Migrations of the same App whose Jobs would pass for those that are watched. */
export function hiddenTwins(scope: Construct, watches: readonly JobWatch[]): string[] {
  const jobs = scope.node.root.node.findAll().filter((each) => each instanceof MigrationJob);
  return watches
    .filter(({ job }) => job !== undefined)
    .flatMap((watch) =>
      jobs
        .filter((other) => other !== watch.job)
        .filter((other) => {
          const { metadata } = ApiObject.of(other.job);
          const isThere = metadata.namespace === undefined || metadata.namespace === watch.namespace;
          return isThere && metadata.getLabel(NAME_LABEL) === watch.baseName;
        })
        .map(
          (other) =>
            `the Jobs of ${other.node.path} have the names of those that are watched as ${shown(watch.title)}, so that a success of one would hide a failure of the other; give each database a baseName`,
        ),
    );
}

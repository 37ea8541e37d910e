import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { MigrationJob } from '../../migration-job';
import { NAME_LABEL } from '../labels';
import { shown } from '../problems';
import type { JobWatch } from './job-watch';

/** Migrations of the same App whose Jobs would pass for those that are watched. */
export function hiddenTwins(scope: Construct, watches: readonly JobWatch[]): string[] {
  const jobs = byBaseName(MigrationJob._within(scope.node.root));
  return watches
    .filter(({ job }) => job !== undefined)
    .flatMap((watch) =>
      (jobs.get(watch.baseName) ?? [])
        .filter(({ job }) => job !== watch.job)
        .filter(({ namespace }) => namespace === undefined || namespace === watch.namespace)
        .map(
          ({ job: other }) =>
            `the Jobs of ${other.node.path} have the names of those that are watched as ${shown(watch.title)}, so that a success of one would hide a failure of the other; give each database a baseName`,
        ),
    );
}

interface Named {
  readonly job: MigrationJob;
  readonly namespace?: string;
}

function byBaseName(jobs: readonly MigrationJob[]): ReadonlyMap<string | undefined, Named[]> {
  const found = new Map<string | undefined, Named[]>();
  for (const job of jobs) {
    const { metadata } = ApiObject.of(job.job);
    const baseName = metadata.getLabel(NAME_LABEL);
    const named = { job, namespace: metadata.namespace };
    found.set(baseName, [...(found.get(baseName) ?? []), named]);
  }
  return found;
}

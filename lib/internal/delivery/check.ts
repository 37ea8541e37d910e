import { type ApiObject, Chart, type Duration } from 'cdk8s';
import type { Delivery } from '../../delivery';
import { type Problems, shown } from '../problems';
import { offersOf } from './offers';
import { readByPod } from './read-by-pod';

export function checkTtl(
  problems: Problems,
  { _profile: { title, shortestTtl } }: Delivery,
  ttl: Duration | undefined,
): void {
  if (ttl === undefined) return;
  const seconds = ttl.toSeconds({ integral: false });
  if (shortestTtl === 'never') {
    problems.add(
      'ttlAfterFinished',
      `${seconds} seconds after its end ${title} would make the Job anew, also when the database was rolled back since, and would take one that failed for one that passed; leave it out`,
    );
  } else if (seconds < shortestTtl) {
    problems.add(
      'ttlAfterFinished',
      `${seconds} seconds are too short for ${title} to see how the Job ended; give at least ${shortestTtl} seconds`,
    );
  }
}

export function checkRollback(problems: Problems, { _profile }: Delivery): void {
  if (_profile.rollbackJob) return;
  problems.add(
    'delivery',
    `${_profile.title} would run the rollback with everything else; leave delivery out, and have a person apply the file`,
  );
}

/**
 * What the pod of the Job reads of the same chart and would find too late: the Job would wait for it, and the delivery for the
 * Job.
 */
export function lateObjects(job: ApiObject, { _profile: { title, comesFirst, remedy } }: Delivery): string[] {
  const needed = readByPod(job);
  const offered = offersOf(Chart.of(job));
  return [...needed]
    .flatMap((object) => offered.get(object) ?? [])
    .filter((object) => (object.metadata.namespace ?? '') === (job.metadata.namespace ?? ''))
    .filter((object) => !comesFirst(object.metadata.toJson()?.annotations ?? {}))
    .map(
      ({ kind, name }) =>
        `delivery: with ${title} the ${kind} ${shown(name)} comes after the Job that needs it; ${remedy}`,
    );
}

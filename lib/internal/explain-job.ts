import { type ApiObject, Lazy } from 'cdk8s';
import { EXIT, type JobAction } from '../../core/contract';
import { JOB_NAME_LABEL } from './labels';

/**
 * Says on the Job what `kubectl describe job` does not: which exit codes end it at once, and where its pods' reason
 * stands. They are annotations of the Job alone, so that neither its pod template nor the hash in its name changes with
 * them. kubectl shows 138 characters of each line.
 */
export function explainJob(job: ApiObject): void {
  job.metadata.addAnnotation('drizzle-gate/exit-codes', exitCodesInWords());
  // The name is known when everything that changes the pod is done.
  const reason = Lazy.any({ produce: () => `kubectl describe pod -l ${JOB_NAME_LABEL}=${job.name}` });
  job.metadata.addAnnotation('drizzle-gate/reason', reason as unknown as string);
}

/** For example `no retry: 64 usage, 77 access`. */
export function exitCodesInWords(): string {
  const of = (action: JobAction) =>
    Object.entries(EXIT)
      .filter(([, { job }]) => job === action)
      .map(([name, { code }]) => `${code} ${name.toLowerCase().replaceAll('_', ' ')}`)
      .join(', ');
  return `no retry: ${of('fail')}\nretried: ${of('retry')}`;
}

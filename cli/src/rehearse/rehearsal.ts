import { EXIT } from '../../../core/contract';
import type { Manifest } from './manifest';
import type { Surroundings } from './resolve-container';
import { type JobOutput, type JobResult, runJob } from './run-job';
import type { Verdict } from './verdict';

/** What the steps of one rehearsal share. */
export interface Rehearsal {
  readonly migrate: Manifest;
  readonly surroundings: Surroundings;
  readonly verdict: Verdict;
  readonly output: JobOutput;
}

export interface Step {
  readonly title: string;
  readonly manifest: Manifest;
  /** Variables that this step sets in place of the manifest's. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The exit code that the Job must end with. @default 0 */
  readonly expected?: number;
}

/** Runs a Job and notes whether it ended with the code that it must. */
export async function runStep(
  { surroundings, verdict, output }: Rehearsal,
  { title, manifest, variables, expected = 0 }: Step,
): Promise<JobResult> {
  output.print(`\n${title}: Job ${manifest.job.metadata.name} of ${manifest.path}`);
  const started = Date.now();
  const overrides = { ...surroundings.overrides, ...variables };
  const result = await runJob(manifest, { ...surroundings, overrides }, output);
  const asExpected = result.exitCode === expected;
  // A refusal that the Job runs again is no refusal: the manifest's failure policy does not know it.
  const isRetriedRefusal = asExpected && expected !== 0 && result.attempts > 1;
  const code = asExpected && !isRetriedRefusal ? 0 : result.exitCode || EXIT.CHECKS_FAILED.code;
  const attempts = result.attempts > 1 ? `, ${result.attempts} attempts` : '';
  verdict.add(
    title,
    code,
    Date.now() - started,
    `${code === 0 && expected !== 0 ? 'refused as it must' : `Job ${result.condition}`}, exit code ${result.exitCode}${attempts}${isRetriedRefusal ? ', must fail at once' : ''}`,
  );
  return result;
}

/** Notes how a comparison ended; what differs is printed, so that the verdict stays a table. */
export function judge(
  { verdict, output }: Pick<Rehearsal, 'verdict' | 'output'>,
  title: string,
  differences: readonly string[],
  started: number,
  agreed = '',
): void {
  const code = differences.length === 0 ? 0 : EXIT.CHECKS_FAILED.code;
  for (const line of differences) output.print(`  ✗ ${line}`);
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`;
  verdict.add(title, code, Date.now() - started, code === 0 ? agreed : `${count}, see above`);
}

import { ApiObject, Chart, Testing } from 'cdk8s';
import { EXIT, finalExitCodes } from '../../core/contract';
import { MigrationJob, RollbackJob } from '../../lib';
import { exitCodesInWords } from '../../lib/internal/explain-job';
import { jobSpec, minimalJobProps, only, synthChart } from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const annotationsOf = (object: { metadata: object }) =>
  (object.metadata as { annotations?: Record<string, string> }).annotations ?? {};

/** `kubectl describe` shows a longer value line by line, and so much of each. */
const SHOWN = 138;

test('`kubectl describe job` tells what an exit code does, and where the reason stands, without a line cut short', () => {
  const job = only(synthMigration({}), 'Job');
  const annotations = annotationsOf(job);
  expect(annotations['drizzle-gate/reason']).toBe(
    `kubectl describe pod -l batch.kubernetes.io/job-name=${job.metadata.name}`,
  );
  const [final = '', retried = ''] = (annotations['drizzle-gate/exit-codes'] ?? '').split('\n');
  expect(final.match(/\d+/g)?.map(Number)).toEqual(finalExitCodes());
  expect(final).toContain('82 migration failed');
  expect(retried.match(/\d+/g)?.map(Number)).toEqual(
    Object.values(EXIT).flatMap(({ job: action, code }) => (action === 'retry' ? [code] : [])),
  );
  for (const line of exitCodesInWords().split('\n')) expect(line.length).toBeLessThanOrEqual(SHOWN);
  const longest = `kubectl describe pod -l batch.kubernetes.io/job-name=${'x'.repeat(63)}`;
  expect(longest.length).toBeLessThanOrEqual(SHOWN);
});

test('the pod, and so the hash in the name of the Job, knows nothing of it', () => {
  const chart = new Chart(Testing.app(), 'test');
  const { job } = new MigrationJob(chart, 'Job', minimalJobProps());
  const before = ApiObject.of(job).name;
  job.metadata.addAnnotation('drizzle-gate/exit-codes', 'other words');
  expect(ApiObject.of(job).name).toBe(before);
  const annotations = jobSpec(only(Testing.synth(chart), 'Job')).template.metadata.annotations ?? {};
  expect(Object.keys(annotations).join()).not.toContain('drizzle-gate/');
});

test('a change of the pod through the escape hatch is in the command too', () => {
  const objects = synthChart((chart) => {
    const { job } = new MigrationJob(chart, 'Job', minimalJobProps());
    job.podMetadata.addLabel('a', 'b');
  });
  const job = only(objects, 'Job');
  expect(annotationsOf(job)['drizzle-gate/reason']).toContain(`=${job.metadata.name}`);
});

test('a rollback has it as well, under a name of its own choice', () => {
  const props = { ...minimalJobProps(), target: '0001', name: 'undo' };
  const job = only(
    synthChart((chart) => new RollbackJob(chart, 'Job', props)),
    'Job',
  );
  expect(annotationsOf(job)['drizzle-gate/reason']).toMatch(/job-name=undo$/);
});

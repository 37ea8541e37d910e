import { join } from 'node:path';
import { readManifest } from '../../cli/src/rehearse/manifest';
import { ROOT } from '../support/synth-main';
import { withFolder, writeFiles } from './support';

const JOB = 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: one\n';

async function refusalOf(text: string) {
  return withFolder((folder) => {
    const path = join(writeFiles(folder, { 'a.yaml': text }), 'a.yaml');
    try {
      readManifest(path);
    } catch (error) {
      const { message, exitCode, remedy } = error as { message: string; exitCode: number; remedy: string };
      return { message: message.replace(path, 'a.yaml'), exitCode, remedy };
    }
    return undefined;
  });
}

describe('readManifest', () => {
  test('gives the objects and the one Job of the reference', () => {
    const { objects, job } = readManifest(join(ROOT, 'dist', 'db-migration.yaml'));
    expect(objects).toHaveLength(6);
    expect(job.metadata.name).toMatch(/^db-migration-[0-9a-f]{8}$/);
    expect(job.spec.template.spec.containers.map(({ name }) => name)).toEqual(['migrate']);
  });

  test('a missing file is refused with the way to make it', () => {
    expect(() => readManifest('/nowhere/db-migration.yaml')).toThrow(
      expect.objectContaining({
        message: '/nowhere/db-migration.yaml does not exist',
        exitCode: 78,
        remedy: 'run `npx cdk8s synth` first, or give --dist',
      }),
    );
  });

  test.each([
    ['invalid YAML', 'kind: [Job\n', /^a\.yaml is not valid YAML: /],
    ['no document at all', '', /^a\.yaml has 0 Jobs, not one$/],
    ['no Job', 'kind: ConfigMap\nmetadata:\n  name: x\n', /^a\.yaml has 0 Jobs, not one$/],
    ['no Kubernetes object', 'just a text\n', /^a\.yaml has 0 Jobs, not one$/],
    ['two Jobs', `${JOB}---\n${JOB}`, /^a\.yaml has 2 Jobs, not one$/],
    ['a Job without containers', JOB, /^a\.yaml: Job one has no containers$/],
    ['an object without a name', `kind: Secret\n---\n${JOB}`, /^a\.yaml: an object without kind or name$/],
  ])('%s is refused', async (_name, text, message) => {
    const refusal = await refusalOf(text);
    expect(refusal).toMatchObject({ exitCode: 78, message: expect.stringMatching(message) });
    expect(refusal?.remedy).toBeTruthy();
  });
});

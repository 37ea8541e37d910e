import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readObjects } from '../../cli/src/cluster/short-job/read-objects';
import { findSource } from '../../cli/src/cluster/short-job/source';
import { asLive, jobOf, MIGRATION_FILE, ObjectsInMemory } from './in-cluster-support';
import { withFolder } from './support';

test('a manifest is read as kubectl reads it, also for short Jobs: octal modes, and Lists', () =>
  withFolder((folder) => {
    const file = join(folder, 'job.yaml');
    writeFileSync(
      file,
      `apiVersion: v1
kind: List
items:
  - apiVersion: batch/v1
    kind: Job
    metadata: { name: a }
    spec: { template: { spec: { volumes: [{ name: v, secret: { defaultMode: 0440 } }] } } }
`,
    );
    expect(readObjects(file)).toMatchObject([
      {
        kind: 'Job',
        spec: { template: { spec: { volumes: [{ secret: { defaultMode: 0o440 } }] } } },
      },
    ]);
  }));

test('all that is wrong with a manifest is told at once', () =>
  withFolder((folder) => {
    const file = join(folder, 'job.yaml');
    writeFileSync(file, 'kind: Job\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {}\n');
    expect(() => readObjects(file)).toThrow(
      expect.objectContaining({
        exitCode: 78,
        problems: [
          `${file}, document 1: an object has no apiVersion or no kind`,
          `${file}, document 2: Job has no name`,
        ],
      }),
    );
  }));

test('the newest Job of the cluster is looked for in the namespace that was synthesized, unless another is given', () =>
  withFolder(async (folder) => {
    const before = process.cwd();
    mkdirSync(join(folder, 'dist'));
    const text = readFileSync(MIGRATION_FILE, 'utf8');
    writeFileSync(
      join(folder, 'dist', 'db-migration.yaml'),
      text.replace('  name: db-migration-', '  namespace: orders\n  name: db-migration-'),
    );
    const memory = new ObjectsInMemory([asLive(jobOf(MIGRATION_FILE), 'live', '2026-01-01T00:00:00Z')]);
    const asked: (string | undefined)[] = [];
    const list: typeof memory.cluster.list = (selection) => {
      asked.push(selection.namespace);
      return memory.cluster.list(selection);
    };
    process.chdir(folder);
    try {
      await findSource({ ...memory.cluster, list }, { live: true });
      await findSource({ ...memory.cluster, list }, { live: true, namespace: 'other' });
    } finally {
      process.chdir(before);
    }
    expect(asked).toEqual(['orders', 'other']);
  }));

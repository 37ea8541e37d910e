import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from '../../core/journal';
import { MigrationFiles, MigrationJob, MigrationSource } from '../../lib';
import { folderPerMigration } from '../support/migrations-folder';
import {
  containersOf,
  envOf,
  jobSpec,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';

const jobWith = (migrations: MigrationSource) =>
  only(
    synthChart((chart) => new MigrationJob(chart, 'Migration', { ...minimalJobProps(), migrations })),
    'Job',
  );

describe('MigrationSource.fromImage', () => {
  test('puts the digest of the local folder into the manifest, and its hash into the name', () => {
    withMigrationsFolder((localFolder) => {
      const { digest } = readJournal(localFolder);
      const job = jobWith(MigrationSource.fromImage({ localFolder }));
      for (const container of containersOf(job)) {
        expect(envOf(container)).toMatchObject({
          MIGRATIONS_FOLDER: '/app/migrations',
          MIGRATIONS_DIGEST: digest,
        });
      }
      writeFileSync(join(localFolder, '0002_third.sql'), 'SELECT 3;\n');
      expect(jobWith(MigrationSource.fromImage({ localFolder })).metadata.name).not.toBe(job.metadata.name);
    });
  });

  test('without a local folder there is no digest', () => {
    const source = MigrationSource.fromImage({ path: '/srv/migrations' });
    expect(envOf(containersOf(jobWith(source))[0])).toMatchObject({ MIGRATIONS_FOLDER: '/srv/migrations' });
    expect(envOf(containersOf(jobWith(source))[0])).not.toHaveProperty('MIGRATIONS_DIGEST');
    expect([source.digest, source.tags, source.oneStepBack]).toEqual([undefined, undefined, undefined]);
  });

  test('knows the tags, and the target that undoes only the last', () => {
    withMigrationsFolder((localFolder) => {
      const source = MigrationSource.fromImage({ localFolder });
      expect(source.tags).toEqual(['0000_first', '0001_second', '0002_third']);
      expect(source.oneStepBack).toBe('0001_second');
    });
    withMigrationsFolder(
      (localFolder) => {
        expect(MigrationSource.fromImage({ localFolder }).oneStepBack).toBe('empty');
      },
      ['0000_only'],
    );
  });

  test('refuses a broken folder with every problem of it', () => {
    withMigrationsFolder((localFolder) => {
      rmSync(join(localFolder, '0000_first.sql'));
      rmSync(join(localFolder, '0002_third.sql'));
      const problems = problemsOf(() => MigrationSource.fromImage({ localFolder, path: 'migrations' }));
      expect(problems).toEqual([
        'path: "migrations" is not absolute; begin it with "/"',
        expect.stringMatching(/^localFolder: ".*": 0000_first stands in the journal, but .* does not exist/),
        expect.stringMatching(/^localFolder: ".*": 0002_third stands in the journal, but .* does not exist/),
      ]);
    });
    expect(problemsOf(() => MigrationSource.fromImage({ localFolder: '/does/not/exist' }))).toEqual([
      expect.stringContaining('localFolder: "/does/not/exist": the folder does not exist'),
    ]);
  });
});

describe('MigrationFiles and MigrationSource.fromConfigMap', () => {
  test('the ConfigMap holds the folder, and the volume restores its paths', () => {
    withMigrationsFolder(
      (localFolder) => {
        const objects = synthChart((chart) => {
          const { source } = new MigrationFiles(chart, 'Files', { localFolder, name: 'files' });
          new MigrationJob(chart, 'Migration', { ...minimalJobProps(), migrations: source });
        });
        const data = only(objects, 'ConfigMap').data as Record<string, string>;
        expect(Object.keys(data)).toEqual(['0000_first.sql', '0001_gr__e.sql', '_journal.json']);
        expect(data['0000_first.sql']).toBe('CREATE TABLE t0 (id int);\n');
        const job = only(objects, 'Job');
        expect(jobSpec(job).template.spec.volumes).toContainEqual({
          name: 'migrations',
          configMap: {
            name: 'files',
            items: [
              { key: '0000_first.sql', path: '0000_first.sql' },
              { key: '0001_gr__e.sql', path: '0001_größe.sql' },
              { key: '_journal.json', path: 'meta/_journal.json' },
            ],
          },
        });
        for (const container of containersOf(job)) {
          expect(envOf(container)).toMatchObject({
            MIGRATIONS_FOLDER: '/var/run/drizzle-gate/migrations',
            MIGRATIONS_DIGEST: readJournal(localFolder).digest,
          });
          expect(container.volumeMounts).toContainEqual({
            name: 'migrations',
            mountPath: '/var/run/drizzle-gate/migrations',
            readOnly: true,
          });
        }
      },
      ['0000_first', '0001_größe'],
    );
  });

  test('folders of drizzle-kit 1.x are restored too, with keys that tell them apart', () => {
    const [one, two] = ['20240102030405_one', '20240102030406_two'];
    const localFolder = folderPerMigration([
      { tag: one, sql: 'select 1' },
      { tag: two, sql: 'select 2' },
    ]);
    const objects = synthChart((chart) => {
      const { source } = new MigrationFiles(chart, 'Files', { localFolder, name: 'files' });
      new MigrationJob(chart, 'Migration', { ...minimalJobProps(), migrations: source });
    });
    expect(only(objects, 'ConfigMap').data).toEqual({
      [`${one}_migration.sql`]: 'select 1',
      [`${two}_migration.sql`]: 'select 2',
    });
    const job = only(objects, 'Job');
    expect(jobSpec(job).template.spec.volumes).toContainEqual({
      name: 'migrations',
      configMap: {
        name: 'files',
        items: [one, two].map((tag) => ({ key: `${tag}_migration.sql`, path: `${tag}/migration.sql` })),
      },
    });
    expect(envOf(containersOf(job)[0])).toMatchObject({ MIGRATIONS_DIGEST: readJournal(localFolder).digest });
    expect(MigrationSource.fromImage({ localFolder }).oneStepBack).toBe(one);
  });

  test('two names that become the same key both get one', () => {
    withMigrationsFolder(
      (localFolder) => {
        const objects = synthChart((chart) => new MigrationFiles(chart, 'Files', { localFolder }));
        const data = only(objects, 'ConfigMap').data as Record<string, string>;
        expect(Object.keys(data).sort()).toEqual(['0000_a_.sql', '2-0000_a_.sql', '_journal.json']);
      },
      ['0000_aä', '0000_aö'],
    );
  });

  test('refuses a folder that kubectl apply could not carry', () => {
    withMigrationsFolder((localFolder) => {
      writeFileSync(join(localFolder, '0001_second.sql'), `-- ${'x'.repeat(250_000)}\n`);
      const problems = problemsOf(() =>
        synthChart((chart) => new MigrationFiles(chart, 'Files', { localFolder })),
      );
      expect(problems).toEqual([
        expect.stringMatching(
          /^localFolder: the ConfigMap "db-migration-files" would hold 250,\d{3} bytes, and `kubectl apply` carries at most 250,000; bake the migrations into the image \(MigrationSource.fromImage\)$/,
        ),
      ]);
    });
  });

  test('refuses a wrong name', () => {
    withMigrationsFolder((localFolder) => {
      expect(problemsOf(() => MigrationSource.fromConfigMap('A', localFolder))).toEqual([
        'configMapName: "A" is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."',
      ]);
    });
  });
});

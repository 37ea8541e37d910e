import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationSource, RollbackJob, RollbackScripts, type RollbackScriptsProps } from '../../lib';
import { folderPerMigration } from '../support/migrations-folder';
import {
  jobSpec,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';

function scriptsOf(localFolder: string, props: Partial<RollbackScriptsProps> = {}) {
  const made: RollbackScripts[] = [];
  const objects = synthChart((chart) => {
    made.push(
      new RollbackScripts(chart, 'Scripts', {
        migrations: MigrationSource.fromImage({ localFolder }),
        ...props,
      }),
    );
  });
  const [construct] = made;
  return { construct, configMap: only(objects, 'ConfigMap') };
}

describe('RollbackScripts', () => {
  test('holds the script of every migration', () => {
    withMigrationsFolder((localFolder) => {
      const { configMap, construct } = scriptsOf(localFolder);
      expect(configMap.metadata.name).toBe('db-rollback-scripts');
      expect(configMap.data).toEqual({
        '0000_rollback.sql': 'DROP TABLE t0;\n',
        '0001_rollback.sql': 'DROP TABLE t1;\n',
        '0002_rollback.sql': 'DROP TABLE t2;\n',
      });
      expect(construct?.missing).toEqual([]);
    });
  });

  test('finds scripts under each of their names, and tells which are missing', () => {
    withMigrationsFolder((localFolder) => {
      const rollback = (name: string) => join(localFolder, 'rollback', name);
      for (const number of ['0000', '0001', '0002']) rmSync(rollback(`${number}_rollback.sql`));
      writeFileSync(rollback('0000_first.sql'), 'DROP TABLE a;');
      writeFileSync(join(localFolder, '0001_second.down.sql'), 'DROP TABLE b;');
      const { configMap, construct } = scriptsOf(localFolder, { name: 'scripts' });
      expect(configMap.metadata.name).toBe('scripts');
      expect(configMap.data).toEqual({
        '0000_first.sql': 'DROP TABLE a;',
        '0001_second.down.sql': 'DROP TABLE b;',
      });
      expect(construct?.missing).toEqual(['0002_third']);
    });
  });

  test('takes the scripts of the 1.x layout, and the volume puts each into its folder', () => {
    const [one, two] = ['20240102030405_one', '20240102030406_two'];
    const localFolder = folderPerMigration(
      [
        { tag: one, sql: 'select 1', rollback: 'select -1' },
        { tag: two, sql: 'select 2' },
      ],
      { [`${two}/down.sql`]: 'select -2' },
    );
    const objects = synthChart((chart) => {
      const migrations = MigrationSource.fromImage({ localFolder });
      const scripts = new RollbackScripts(chart, 'Scripts', { migrations });
      new RollbackJob(chart, 'Rollback', { ...minimalJobProps(), migrations, scripts, target: one });
    });
    expect(only(objects, 'ConfigMap').data).toEqual({
      [`${one}_rollback.sql`]: 'select -1',
      [`${two}_down.sql`]: 'select -2',
    });
    expect(jobSpec(only(objects, 'Job')).template.spec.volumes).toContainEqual({
      name: 'rollback-scripts',
      configMap: {
        name: 'db-rollback-scripts',
        items: [
          { key: `${one}_rollback.sql`, path: `${one}/rollback.sql` },
          { key: `${two}_down.sql`, path: `${two}/down.sql` },
        ],
      },
    });
  });

  test('leaves out what is older than `since`', () => {
    withMigrationsFolder((localFolder) => {
      const { configMap } = scriptsOf(localFolder, { since: '0002_third' });
      expect(Object.keys(configMap.data ?? {})).toEqual(['0002_rollback.sql']);
      expect(problemsOf(() => scriptsOf(localFolder, { since: 'nope' }))).toEqual([
        'since: "nope" is no migration of the journal; give the tag of one',
      ]);
    });
  });

  test('refuses more than kubectl apply can carry, and names the remedy; one byte less passes', () => {
    withMigrationsFolder((localFolder) => {
      const path = join(localFolder, 'rollback', '0001_rollback.sql');
      writeFileSync(path, '');
      const rest = JSON.stringify(scriptsOf(localFolder).configMap.data).length;
      writeFileSync(path, 'x'.repeat(250_000 - rest));
      expect(scriptsOf(localFolder).construct?.missing).toEqual([]);
      writeFileSync(path, 'x'.repeat(250_001 - rest));
      expect(problemsOf(() => scriptsOf(localFolder))).toEqual([
        'localFolder: the ConfigMap "db-rollback-scripts" would hold 250,001 bytes, and `kubectl apply` carries at most 250,000; leave old migrations out (`since`), or bake the scripts into the image',
      ]);
    });
  });

  test('refuses two scripts for one migration, and a source without a folder', () => {
    withMigrationsFolder((localFolder) => {
      writeFileSync(join(localFolder, '0001_second.down.sql'), 'DROP TABLE b;');
      expect(problemsOf(() => scriptsOf(localFolder))).toEqual([
        expect.stringMatching(/^migrations: 0001_second has 2 rollback scripts \(.*\); keep one of them$/),
      ]);
      expect(
        problemsOf(() => scriptsOf(localFolder, { migrations: MigrationSource.fromImage(), name: 'A' })),
      ).toEqual([
        'name: "A" is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."',
        'migrations: their folder is not known at synth; give localFolder to MigrationSource.fromImage',
      ]);
    });
  });

  test('refuses one script that two migrations of the same number would share', () => {
    withMigrationsFolder((localFolder) => {
      const path = join(localFolder, 'meta', '_journal.json');
      const journal = JSON.parse(readFileSync(path, 'utf8'));
      journal.entries.push({ ...journal.entries.at(-1), when: Date.UTC(2026, 1), tag: '0001_other_branch' });
      writeFileSync(path, JSON.stringify(journal));
      writeFileSync(join(localFolder, '0001_other_branch.sql'), 'SELECT 1;');
      expect(problemsOf(() => scriptsOf(localFolder))).toEqual([
        'migrations: rollback/0001_rollback.sql could belong to 0001_second or 0001_other_branch; name the scripts rollback/<tag>.sql',
      ]);
    });
  });

  test('the digest follows the scripts', () => {
    withMigrationsFolder((localFolder) => {
      const before = scriptsOf(localFolder).construct?.digest;
      writeFileSync(join(localFolder, 'rollback', '0001_rollback.sql'), 'DROP TABLE t1 CASCADE;\n');
      expect(scriptsOf(localFolder).construct?.digest).not.toBe(before);
    });
  });
});

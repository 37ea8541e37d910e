import { serverUrl } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { drizzleGate, withFolder, writeFiles } from './support';

const USERS: FolderMigration = {
  tag: '0000_users',
  sql: 'CREATE TABLE users (id int PRIMARY KEY);\n',
  rollback: 'DROP TABLE users;\n',
};
const EMAIL: FolderMigration = {
  tag: '0001_email',
  sql: 'ALTER TABLE users ADD COLUMN email text;\n',
  rollback: 'ALTER TABLE users DROP COLUMN email;\n',
};

const rehearseFolder = (folder: string, ...more: string[]) =>
  drizzleGate(['rehearse', '--migrations', folder, '--server', serverUrl(), ...more]);

describe('drizzle-gate rehearse --migrations', () => {
  test.concurrent('another project passes with its own rollback scripts, and it is said what is replaced', async () => {
    const folder = migrationsFolder([USERS, EMAIL]);
    const { code, stdout, stderr } = await rehearseFolder(folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`migrations: ${folder}\n  instead of those in the image: `);
    expect(stdout).toContain('0000_users stays the last applied');
    expect(stdout).toContain('verdict: the gate works.');
  });

  test.concurrent('a project of one migration is rolled back to nothing', async () => {
    const { code, stdout } = await rehearseFolder(migrationsFolder([USERS]));
    expect(code).toBe(0);
    expect(stdout).toMatch(/schema before and after the rollback:\n[\s\S]*│ tables +│ +1 │ +0 │/);
  });

  test.concurrent('SQL that fails: 82 with file and line, and no second try', async () => {
    const broken = { ...EMAIL, sql: '-- one\nALTER TABLE users\n  ADD COLUMN email texxt;\n' };
    const { code, stdout } = await rehearseFolder(migrationsFolder([USERS, broken]));
    expect(code).toBe(82);
    expect(stdout).toMatch(/0001_email\.sql:3:20: /);
    expect(stdout).toMatch(/│ ✗ │ migrate │ Job Failed, exit code 82 +│/);
  });

  test.concurrent('a migration without rollback script: 83, naming it', async () => {
    const { code, stdout } = await rehearseFolder(
      migrationsFolder([USERS, { ...EMAIL, rollback: undefined }]),
    );
    expect(code).toBe(83);
    expect(stdout).toContain('0001_email has no rollback script');
    expect(stdout).toContain('--no-rollback rehearses the migration alone');
  });

  test.concurrent('with --no-rollback it passes, and the verdict says what was not rehearsed', async () => {
    const folder = migrationsFolder([USERS, { ...EMAIL, rollback: undefined }]);
    const { code, stdout } = await rehearseFolder(folder, '--no-rollback');
    expect(code).toBe(0);
    expect(stdout).toContain('verdict: these manifests migrate; the rollback was not rehearsed.');
    expect(stdout).not.toContain('db-rollback');
  });

  test.concurrent.each([
    [
      'a folder without a journal',
      {},
      /has neither meta\/_journal\.json nor a folder with a migration\.sql; run `drizzle-kit generate`/,
    ],
    ['a broken journal', { 'meta/_journal.json': '{"entries": [' }, /meta\/_journal\.json is not valid JSON/],
    [
      'a journal that names a missing file',
      { 'meta/_journal.json': '{"entries":[{"idx":0,"tag":"0000_a","when":1}]}' },
      /0000_a stands in the journal, but .* does not exist/,
    ],
    [
      'a journal without entries',
      { 'meta/_journal.json': '{"entries":[]}' },
      /has no migrations, so there is nothing to rehearse/,
    ],
  ])('%s: 78, before any server is touched', async (_name, files, message) => {
    await withFolder(async (folder) => {
      const { code, stdout, stderr } = await rehearseFolder(writeFiles(folder, files));
      expect(code).toBe(78);
      expect(stderr).toMatch(message);
      expect(stderr).toContain(folder);
      expect(stdout).toBe('');
    });
  });
});

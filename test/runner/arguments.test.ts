import { CONTRACT_VERSION, Command } from '../../core/contract';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const NOWHERE = 'postgresql://me:secret-word@127.0.0.1:1/db';
const FOLDER = migrationsFolder([{ tag: '0000_one', sql: 'select 1' }]);
const argumentsOf = (command: string) =>
  command === Command.BASELINE ? [command, '--to', '0000'] : [command];

test.each([
  [[], /no command was given/],
  [['migrat'], /"migrat" is no command/],
  [['migrate', 'now'], /"now" is too much/],
  [['migrate', '--force'], /Unknown option '--force'/],
  [['migrate', '--json'], /--json belongs to status, not to migrate/],
  [['migrate', '--confirm=x'], /--confirm belongs to baseline and repair, not to migrate/],
  [['status', '--to', 'x'], /--to belongs to baseline, not to status/],
  [['baseline'], /baseline needs --to/],
  [['repair', '--remove-orphan', '1,x'], /--remove-orphan has "x"/],
  [['--json=yes', 'status'], /does not take an argument/],
])('%j is refused with the usage', async (args, message) => {
  const result = await runRunner({ args });
  expectExit(result, 'USAGE');
  expect(result.end).toMatchObject({
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/^usage: runner/),
  });
});

test('help and version need no database', async () => {
  const [help, version] = await Promise.all([runRunner({ args: ['--help'] }), runRunner({ args: ['-v'] })]);
  expect([help.code, version.code]).toEqual([0, 0]);
  for (const command of Object.values(Command)) expect(help.stdout).toContain(`  ${command} `);
  expect(version.stdout).toMatch(new RegExp(`^\\d+\\.\\d+\\.\\d+ \\(contract ${CONTRACT_VERSION}\\)\n$`));
});

test.each(Object.values(Command))('%s refuses a manifest of another contract', async (command) => {
  const env = environment(NOWHERE, FOLDER, { CONTRACT_VERSION: '99' });
  const result = await runRunner({ args: argumentsOf(command), env });
  expectExit(result, 'CONTRACT');
  expect(result.end.message).toMatch(/contract version "99", this image "1"/);
});

test.each(Object.values(Command))(
  '%s lists everything that is wrong with its environment',
  async (command) => {
    const result = await runRunner({
      args: argumentsOf(command),
      env: { PGSERVICE: 's', LOCK_RETRIES: 'x', MIGRATIONS_FOLDER: FOLDER },
    });
    expectExit(result, 'CONFIG');
    for (const part of ['PGSERVICE', 'LOCK_RETRIES']) expect(result.end.detail).toContain(part);
  },
);

test.each(Object.values(Command))('%s names a folder that is not there', async (command) => {
  const result = await runRunner({ args: argumentsOf(command), env: environment(NOWHERE, '/nowhere') });
  expectExit(result, 'CONFIG');
  expect(JSON.stringify(result.end)).toContain('/nowhere: the folder does not exist');
});

test('lines are for people where they are asked for', async () => {
  const { stdout, code } = await runRunner({ args: ['migrat'], env: { LOG_FORMAT: 'text' } });
  expect(code).toBe(64);
  expect(stdout).toMatch(/^✗ "migrat" is no command \(exit code 64\)\n {4}→ usage: runner/);
});

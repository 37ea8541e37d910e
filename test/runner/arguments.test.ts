import { CONTRACT_VERSION, Command } from '../../core/contract';
import { parseArguments } from '../../runner/src/parse-arguments';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const NOWHERE = 'postgresql://me:secret-word@127.0.0.1:1/db';
const FOLDER = migrationsFolder([{ tag: '0000_one', sql: 'select 1' }]);
const argumentsOf = (command: string) =>
  command === Command.BASELINE ? [command, '--to', '0000'] : [command];

test.each([
  [[], /no command was given/],
  [['migrat'], /"migrat" is no command; did you mean migrate\?/],
  [['migrate', 'now'], /"now" is too much/],
  [
    ['migrate', '--json'],
    /--json belongs to status, history, rollback-plan and rollback-kept, not to migrate/,
  ],
  [['migrate', '--confirm=x'], /--confirm belongs to baseline and repair, not to migrate/],
  [['status', '--to', 'x'], /--to belongs to baseline, not to status/],
  [['status', '--forget', 'x'], /--forget belongs to repair, not to status/],
  [['baseline'], /baseline needs --to/],
  [['repair', '--remove-orphan', '1,x'], /--remove-orphan has "x"/],
  [['--json=yes', 'status'], /--json takes no value/],
  [['migrate', '--force'], /^--force is no flag$/],
  [['status', '--jsno'], /^--jsno is no flag; did you mean --json\?$/],
  [['status', '--jsno=postgresql://me:secret@host'], /^--jsno is no flag/],
  [['status', '-j'], /^-j is no flag$/],
  [['repair', '--remove-orphn=1'], /did you mean --remove-orphan\?$/],
  [['migrate', '--jsno'], /^--jsno is no flag$/],
  [['baseline', '--to'], /^--to needs a value$/],
  [['baseline', '--to', '--confirm=x'], /^--to needs a value, but "--confirm=x" follows/],
  [['baseline', '--to='], /^--to is empty; give a value, or leave the flag out$/],
  [['baseline', '--to', '0000', '--confirm', ' '], /^--confirm is empty/],
  [['repair', '--accept', ''], /^--accept is empty/],
  [['repair', '--accept', ' , '], /^--accept is empty/],
  [['repair', '--remove-orphan', ''], /^--remove-orphan is empty/],
])('%j is refused with the usage', (args, message) => {
  expect(() => parseArguments(args)).toThrow(
    expect.objectContaining({
      ...{ exitCode: 64, message: expect.stringMatching(message) },
      remedy: expect.stringMatching(/^usage: runner <command>/),
    }),
  );
});

test('wrong arguments end with their own exit code', async () => {
  expectExit(await runRunner({ args: ['migrate', '--jsno'] }), 'USAGE');
});

test('the usage is that of the program that was called', () => {
  const parse = () =>
    parseArguments(['repair', '--remove-orphan=x'], 'drizzle-gate repair --remove-orphan=x');
  expect(parse).toThrow(
    expect.objectContaining({
      remedy:
        'usage: drizzle-gate repair [--accept TAG,…] [--remove-orphan ID,…] [--remove-orphans] [--forget TAG,…] [--confirm TOKEN] [--migrations DIR]',
    }),
  );
});

test('arguments are read', () => {
  const none = { json: false, check: false, removeOrphan: [], removeOrphans: false, forget: [] };
  expect(parseArguments(['status', '--json', '--check'])).toEqual({
    ...{ ...none, command: 'status', json: true, check: true },
  });
  expect(
    parseArguments(['repair', '--accept', 'a, b', '--remove-orphan=1,2', '--forget=x', '--confirm=t']),
  ).toEqual({
    ...{ ...none, command: 'repair', accept: ['a', 'b'], removeOrphan: [1, 2], forget: ['x'], confirm: 't' },
  });
  expect(parseArguments(['baseline', '--to=-x'])).toEqual({ ...none, command: 'baseline', to: '-x' });
  expect(parseArguments(['migrate', '--force', '-h'])).toEqual({ ...none, command: 'help' });
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

const withoutFolder: readonly string[] = [Command.ROLLBACK_KEPT, Command.HISTORY];
const readsFolder = Object.values(Command).filter((command) => !withoutFolder.includes(command));
test.each(readsFolder)('%s names a folder that is not there', async (command) => {
  const result = await runRunner({ args: argumentsOf(command), env: environment(NOWHERE, '/nowhere') });
  expectExit(result, 'CONFIG');
  expect(JSON.stringify(result.end)).toContain('/nowhere: the folder does not exist');
});

test('what is wrong with settings and folder is told together, mistyped names before it', async () => {
  const env = { PGPORT: 'x', ACCEPT_EDITED: 'nope', LOCK_TIMEOUT: '5' };
  const run = (command: string, folder: string) =>
    runRunner({ args: [command], env: { ...env, MIGRATIONS_FOLDER: folder } });
  const [missing, migrate, preflight] = await Promise.all([
    run('migrate', 'nowhere'),
    run('migrate', FOLDER),
    run('preflight', FOLDER),
  ]);
  expectExit(missing, 'CONFIG');
  expect(missing.end.detail?.split('\n')).toEqual([
    expect.stringContaining('no database is given'),
    expect.stringContaining('PGPORT is "x"'),
    `- nowhere: the folder does not exist (${process.cwd()}/nowhere); give the folder that drizzle-kit writes as MIGRATIONS_FOLDER`,
  ]);
  for (const { end } of [migrate, preflight]) {
    for (const part of ['no database', 'PGPORT', 'ACCEPT_EDITED names "nope"'])
      expect(end.detail).toContain(part);
  }
  expect(named(migrate, 'environment_warning').map(({ message }) => message)).toEqual([
    'LOCK_TIMEOUT is set, but the runner has no such setting; did you mean LOCK_TIMEOUT_MS?',
  ]);
});

test('lines are for people where they are asked for', async () => {
  const { stdout, code } = await runRunner({ args: ['migrat'], env: { LOG_FORMAT: 'text' } });
  expect(code).toBe(64);
  expect(stdout).toMatch(
    /^✗ "migrat" is no command; did you mean migrate\? \(exit code 64\)\n {4}→ usage: runner/,
  );
});

import { join } from 'node:path';
import { Command } from '../../../core/contract';
import { readSettings } from '../../../runner/src/config/settings';
import { migrationsFolder } from '../../support/migrations-folder';
import { environment, expectExit, runRunner } from '../../support/runner';

const URL = 'postgresql://u@127.0.0.1:1/d';
const folder = migrationsFolder([], { 'a.sql': '' });
const problemsOf = (ROLLBACK_FOLDER: string, command: string) =>
  readSettings(environment(URL, folder, { ROLLBACK_FOLDER }), command).problems;

test.each([
  [join(folder, 'gone'), /^ROLLBACK_FOLDER is ".*gone", which does not exist; mount the folder/],
  [join(folder, 'a.sql'), /^ROLLBACK_FOLDER is ".*a.sql", which is not a folder; give the folder/],
])('%s is no folder with scripts', (path, problem) => {
  for (const command of [Command.ROLLBACK, Command.ROLLBACK_PLAN, Command.ROLLBACK_PREFLIGHT]) {
    expect(problemsOf(path, command)).toEqual([expect.stringMatching(problem)]);
  }
});

test('a folder that is there can be empty', () => {
  expect(problemsOf(folder, Command.ROLLBACK)).toEqual([]);
});

test('commands that undo nothing do not need it', () => {
  for (const command of [Command.MIGRATE, Command.STATUS, Command.PREFLIGHT, Command.ROLLBACK_KEPT]) {
    expect(problemsOf('/gone', command)).toEqual([]);
  }
});

test('a rollback tells it with everything else that is wrong, before it connects', async () => {
  const env = environment(URL, '/nowhere', { ROLLBACK_FOLDER: '/gone', LOCK_RETRIES: 'x' });
  const result = await runRunner({ args: ['rollback'], env });
  expectExit(result, 'CONFIG');
  expect(result.end.detail).toMatch(/LOCK_RETRIES.*\n.*ROLLBACK_FOLDER is "\/gone".*\n.*\/nowhere/);
});

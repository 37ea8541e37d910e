import { mkdirSync, writeFileSync } from 'node:fs';
import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import { drizzleGate, withFolder } from '../cli/support';
import { assertNoCanaryIn, CANARY, registerCanary } from '../support/canary';
import { serverUrl, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const LEAK = /holds a password/;
/** Each character needs care in a URL, in JSON or in SQL; a run that does not know it for a secret prints it. */
const NASTY = `ca:n@r/y'"\\%?`;
registerCanary(NASTY);

test("the tests' server has the canary for its password", () => {
  expect(decodeURIComponent(new URL(serverUrl()).password)).toBe(CANARY);
});

describe('the net works: a program that prints a password that it does not know fails its test', () => {
  test.concurrent.each([
    ['as it is', CANARY],
    ['with doubled quotes', CANARY.replaceAll("'", "''")],
    ['cut off', CANARY.slice(0, 12)],
    ['percent-encoded', encodeURIComponent(NASTY)],
    ['percent-encoded in lower case', encodeURIComponent(NASTY).toLowerCase()],
    ['in JSON', NASTY],
    ['in JSON and SQL', NASTY.replaceAll("'", "''")],
    ['in base64', Buffer.from(NASTY).toString('base64')],
  ])('%s', async (_name, spelled) => {
    const url = 'postgresql://me:other@127.0.0.1:1/db';
    const run = runRunner({ args: ['preflight'], env: environment(url, `/nowhere/${spelled}`) });
    await expect(run).rejects.toThrow(LEAK);
  });

  test.concurrent('the command', () =>
    expect(drizzleGate(['rehearse', '--dist', `/nowhere/${CANARY}`])).rejects.toThrow(LEAK));

  test.concurrent('a file that was made', async () => {
    const made = withFolder((folder) => {
      mkdirSync(`${folder}/deep`);
      writeFileSync(`${folder}/deep/plan.yaml`, `password: ${NASTY}`);
    });
    await expect(made).rejects.toThrow(LEAK);
  });

  test.concurrent('a file that was changed; what the test wrote itself is no leak', () =>
    withFolder((folder) => {
      writeFileSync(`${folder}/password`, NASTY);
      expect(() => assertNoCanaryIn(folder, { password: NASTY })).not.toThrow();
      expect(() => assertNoCanaryIn(folder, { password: 'other' })).toThrow(LEAK);
      writeFileSync(`${folder}/password`, '');
    }));
});

test('the termination message is caught as well', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([{ tag: '0000_one', sql: 'select nothing' }]);
    const result = await runRunner({ args: ['migrate'], env: environment(url, folder) });
    expectExit(result, 'MIGRATION_FAILED');
    expect(summaryOf(result.termination)).toMatchObject({ exitCode: 82, sqlstate: '42703' });
  }));

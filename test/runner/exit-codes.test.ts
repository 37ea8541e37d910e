import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../core/contract';
import { EVENTS } from '../../runner/src/report/events';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TESTS = readdirSync(HERE)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(`${HERE}/${name}`, 'utf8'));

/** Codes below 87 are the runner's; the others belong to the operator's command. */
const RUNNERS = Object.entries(EXIT).filter(([, { code }]) => code < 87);

test.each(RUNNERS)('%s is produced by the real runner in some test', (name) => {
  const produces = new RegExp(`expectExit\\([^;]*'${name}'\\)`);
  expect(TESTS.some((text) => produces.test(text))).toBe(true);
});

test('the names of events are stable in form', () => {
  for (const name of Object.keys(EVENTS)) expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
});

import { contend } from '../../bench/contend';
import { drizzleGate } from '../../bench/migrators';
import { SCENARIOS } from '../../bench/scenarios';

const BUDGET_MS = 500;
/** For the statements themselves, and a busy machine. */
const GRACE_MS = 1000;

/** The short form of `npm run bench:locks`; one after the other, or they would measure each other. */
const SHORT = SCENARIOS.filter(({ name }) => /two tables|one after the other|TRUNCATE/.test(name));

test.each(SHORT)('the application never waits longer than the lock budget: $name', async (scenario) => {
  const { longest, outcome } = await contend(scenario, drizzleGate, BUDGET_MS);
  expect(outcome).toBe('exit code 0');
  expect(longest).toBeLessThan(BUDGET_MS + GRACE_MS);
});

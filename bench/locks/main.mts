import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '../../cli/src/server/embedded-server';
import { ENV } from '../../core/contract/environment';
import { contend } from './contend';
import { drizzleGate, drizzleOrm } from './migrators';
import { blockedFor, SCENARIOS, type Scenario } from './scenarios';

/** What the application may have to wait on top of the budget, for the statements themselves and a busy machine. */
const GRACE_MS = 1000;

const { values } = parseArgs({
  options: { budget: { type: 'string', default: ENV.LOCK_TIMEOUT_MS.default } },
});
const budget = Number(values.budget);
if (!Number.isInteger(budget) || budget < 1) throw new Error('usage: npm run bench:locks -- [--budget MS]');

async function compare(scenario: Scenario) {
  const [ours, theirs] = await Promise.all([
    contend(scenario, drizzleGate, budget),
    contend(scenario, drizzleOrm, budget),
  ]);
  const problems: string[] = [];
  if (ours.longest > budget + GRACE_MS) problems.push('TOO LONG');
  if (ours.outcome !== 'exit code 0') problems.push(ours.outcome);
  // Otherwise nothing was in the way, and the comparison says nothing.
  if (theirs.longest < 0.8 * blockedFor(scenario, budget)) problems.push('NOT BLOCKED');
  return { scenario, ours, theirs, verdict: problems.join(', ') || 'held' };
}

const server = await startEmbeddedServer(['max_connections=200']);
process.env.TEST_SERVER_URL = server.url('postgres');
try {
  console.log(`the application's waits in ms; lock budget ${budget} ms, allowed ${budget + GRACE_MS} ms`);
  const results: Awaited<ReturnType<typeof compare>>[] = [];
  // Two at a time: more would measure the machine.
  for (let first = 0; first < SCENARIOS.length; first += 2) {
    results.push(...(await Promise.all(SCENARIOS.slice(first, first + 2).map(compare))));
  }
  console.table(
    Object.fromEntries(
      results.map(({ scenario, ours, theirs, verdict }) => [
        scenario.name,
        {
          blocked: blockedFor(scenario, budget),
          'drizzle-orm longest': theirs.longest,
          'drizzle-orm p99': theirs.p99,
          'drizzle-gate longest': ours.longest,
          'drizzle-gate p99': ours.p99,
          verdict,
        },
      ]),
    ),
  );
  if (results.some(({ verdict }) => verdict !== 'held')) process.exitCode = 1;
} finally {
  await server.stop();
}

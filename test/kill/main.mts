import { parseArgs } from 'node:util';
import { withDatabase } from '../support/database';
import { drawRound, type Kill } from './kill-plan';
import { FEATURES, killMigrations } from './migrations';
import { proveRollbacks } from './prove-rollbacks';
import { type Random, seededRandom } from './random';
import { describeEnd, type Reference, takeReference } from './reference';
import { migrate, runKilled } from './run-killed';
import { differences, readLeftovers, readSnapshot } from './snapshot';
import { withServerAndFolder } from './with-server-and-folder';

const USAGE = `usage: npm run test:kill -- [kills] [--seed N] [--lanes N] [--only migrate|rollback] [--without ${FEATURES.join(',')}]`;

/** After so many rounds with differences there is enough to look at. */
const MOST_FAILURES = 5;

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly lanes: number;
  readonly without: readonly (typeof FEATURES)[number][];
  /** Absent for both. */
  readonly only: string | undefined;
}

interface Tally {
  kills: number;
  rounds: number;
  late: number;
  slowestRerun: number;
  readonly kinds: Record<string, number>;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      lanes: { type: 'string', default: '4' },
      without: { type: 'string', default: '' },
      only: { type: 'string' },
    },
  });
  const seed = values.seed ?? String(Date.now() % 1_000_000);
  const numbers = [positionals[0] ?? '200', seed, values.lanes].map(Number);
  const [kills = 0, seedNumber = 0, lanes = 0] = numbers;
  const names = values.without.split(',').filter(Boolean);
  const without = FEATURES.filter((feature) => names.includes(feature));
  const isUsable =
    [undefined, 'migrate', 'rollback'].includes(values.only) &&
    numbers.every((number) => Number.isInteger(number)) &&
    kills > 0 &&
    lanes > 0;
  if (!isUsable || positionals.length > 1 || without.length !== names.length) throw new Error(USAGE);
  return { kills, seed: seedNumber, lanes, without, only: values.only };
}

/** One database: killed as planned, then run to completion and compared. Gives what is wrong. */
async function runRound(
  kills: readonly Kill[],
  folder: string,
  { snapshot }: Reference,
  tally: Tally,
): Promise<string[]> {
  return withDatabase(async ({ url, sql }) => {
    const target = { url, folder };
    for (const kill of kills) {
      const killed = await runKilled(target, kill);
      if (killed.code === null) {
        tally.kills++;
        tally.kinds[kill.kind] = (tally.kinds[kill.kind] ?? 0) + 1;
      } else if (killed.code === 0) {
        tally.late++;
      } else {
        return [`a run that was to be killed ended by itself: ${describeEnd(killed)}`];
      }
    }
    const rerun = await migrate(target);
    tally.slowestRerun = Math.max(tally.slowestRerun, rerun.milliseconds);
    if (rerun.code !== 0) return [`the rerun failed: ${describeEnd(rerun)}`];
    return [...(await readLeftovers(sql)), ...differences(snapshot, await readSnapshot(sql))];
  });
}

async function main(): Promise<number> {
  const options = readOptions();
  const { kills, seed, lanes, only } = options;
  const random = seededRandom(seed);
  const failures = only === 'rollback' ? 0 : await proveMigrations(options, random);
  const perCase = Math.ceil(kills / 4);
  const more = only === 'migrate' ? 0 : await proveRollbacks({ kills: perCase, lanes, seed, random });
  return failures + more === 0 ? 0 : 1;
}

/** @returns how many rounds had differences. */
async function proveMigrations({ kills, seed, lanes, without }: Options, random: Random): Promise<number> {
  const started = Date.now();
  const tally: Tally = { kills: 0, rounds: 0, late: 0, slowestRerun: 0, kinds: {} };
  const failures: string[] = [];
  await withServerAndFolder(killMigrations(without), async (folder) => {
    // As many at once as later, so that the duration is that of a run among others.
    const reference = await takeReference(folder, lanes);
    const { duration, events, answers } = reference.profile;
    console.log(
      `seed ${seed}: an uninterrupted run takes ${duration} ms, ${events.length} events, ${answers} round trips; ${reference.snapshot.length} lines are compared`,
    );
    const lane = async () => {
      while (tally.kills < kills && failures.length < MOST_FAILURES) {
        const number = ++tally.rounds;
        const plan = drawRound(random, reference.profile);
        const wrong = await runRound(plan, folder, reference, tally);
        if (wrong.length === 0) continue;
        const lines = [
          ...wrong.slice(0, 30),
          ...(wrong.length > 30 ? [`and ${wrong.length - 30} more`] : []),
        ];
        failures.push(`round ${number}, killed at ${JSON.stringify(plan)}:\n  ${lines.join('\n  ')}`);
        console.error(`\nseed ${seed}, ${failures.at(-1)}`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  });
  const kinds = Object.entries(tally.kinds).map(([kind, count]) => `${count} by ${kind}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `${failures.length === 0 ? 'proven' : 'FAILED'}: ${tally.kills} kills (${kinds.join(', ')}; ${tally.late} came too late) in ${tally.rounds} rounds, ${failures.length} with differences; slowest rerun ${tally.slowestRerun} ms; ${seconds} s; seed ${seed}`,
  );
  return failures.length;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

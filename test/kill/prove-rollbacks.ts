import { drawRound, type Kill } from './kill-plan';
import type { Random } from './random';
import { type RoundTally, runRollbackRound, takeRollbackReference } from './rollback-round';
import { STEPWISE, TOGETHER } from './rollbacks';
import { withServerAndFolder } from './with-server-and-folder';

const CASES = {
  'one transaction': { migrations: TOGETHER, isAtomic: true },
  'statement by statement': { migrations: STEPWISE, isAtomic: false },
};

/** Too short a moment to be drawn often: committed, and not yet told to anybody. */
const AFTER_COMMIT: Kill = { kind: 'named', name: 'unit_committed', after: 0 };

export interface RollbackOptions {
  /** For each of the cases. */
  readonly kills: number;
  readonly lanes: number;
  readonly seed: number;
  readonly random: Random;
}

/** Kills rollbacks and tells what was found, case by case. @returns how many rounds had differences. */
export async function proveRollbacks({ kills, lanes, seed, random }: RollbackOptions): Promise<number> {
  let failures = 0;
  for (const [name, { migrations, isAtomic }] of Object.entries(CASES)) {
    const tally: RoundTally = { kills: 0, late: 0, committed: 0 };
    let rounds = 0;
    let failed = 0;
    const started = Date.now();
    await withServerAndFolder(migrations, async (folder) => {
      const reference = await takeRollbackReference(folder);
      const lane = async () => {
        while (tally.kills < kills && failed === 0) {
          const number = ++rounds;
          const plan = number % 3 === 0 ? [AFTER_COMMIT] : drawRound(random, reference.profile);
          const wrong = await runRollbackRound(plan, folder, reference, isAtomic, tally);
          if (wrong.length === 0) continue;
          failed++;
          const lines = wrong.slice(0, 30).join('\n  ');
          console.error(
            `\nseed ${seed}, rollback in ${name}, round ${number}, killed at ${JSON.stringify(plan)}:\n  ${lines}`,
          );
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    });
    failures += failed;
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(
      `rollback in ${name}: ${failed === 0 ? 'proven' : 'FAILED'}: ${tally.kills} kills (${tally.committed} after the commit, ${tally.late} came too late) and ${rounds} in the delay, in ${rounds} rounds; ${seconds} s; seed ${seed}`,
    );
  }
  return failures;
}

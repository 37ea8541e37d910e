import type { Proof } from '../proof';
import type { ProofPrinter } from './printer';

export const STATE_SIGNS: Readonly<Record<Proof['state'], string>> = {
  proven: '✓',
  failed: '✗',
  irreversible: '·',
};

/** One line as each proof ends: a folder of hundreds of migrations takes minutes, and silence looks like a hang. */
export function progressPrinter(print: (line: string) => void): ProofPrinter {
  let [done, total] = [0, 0];
  return {
    begin: (chosen) => {
      total = chosen.length;
    },
    proof: ({ state, migration, milliseconds }) => {
      done++;
      print(
        `${STATE_SIGNS[state]} ${done} of ${total}: ${migration.tag} (${(milliseconds / 1000).toFixed(1)} s)`,
      );
    },
    end: () => undefined,
  };
}

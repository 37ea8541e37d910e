import type { TrialResult } from './trial';

/** What became of a migration's rollback script. */
export type Outcome = { readonly tag: string } & (
  | {
      readonly kind: 'written';
      /** Relative to the folder; undefined when it was printed. */
      readonly path: string | undefined;
      readonly manual: number;
      readonly trial: TrialResult;
      readonly milliseconds: number;
    }
  | { readonly kind: 'kept'; readonly path: string }
  | { readonly kind: 'irreversible'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
);

export function renderOutcome(outcome: Outcome): string {
  const { tag } = outcome;
  switch (outcome.kind) {
    case 'kept':
      return `= ${tag}: kept, ${outcome.path} is there (--force writes it anew)`;
    case 'irreversible':
      return `= ${tag}: irreversible: ${outcome.reason}`;
    case 'failed':
      return `✗ ${tag}: no script could be generated: ${outcome.reason}`;
    case 'written': {
      const { trial, manual, path, milliseconds } = outcome;
      const where = path === undefined ? 'printed' : `written, ${path}`;
      const time = `${(milliseconds / 1000).toFixed(1)} s`;
      if (trial.kind === 'failed')
        return `✗ ${tag}: ${where}, but it failed when it was tried: ${trial.message} (${time})`;
      if (trial.kind === 'differs') {
        return `✗ ${tag}: ${where}, but it does not restore everything; the MANUAL line says what is left (${time})`;
      }
      if (manual > 0)
        return `! ${tag}: ${where}, with ${manual} MANUAL line${manual === 1 ? '' : 's'} to resolve (${time})`;
      return `✓ ${tag}: ${where} (${time})`;
    }
  }
}

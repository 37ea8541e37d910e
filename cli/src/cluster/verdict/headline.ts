import { EXIT } from '../../../../core/contract';
import { plural } from '../../../../runner/src/report/plural';
import type { MigrationState, Verdict } from './verdict';

/** One sentence that says how it ended, with the exit code and its meaning where it did not pass. */
export function headlineOf(verdict: Omit<Verdict, 'headline'>, atLeastApplied = 0): string {
  const { kind, outcome, exitCode, reason } = verdict;
  const [what, subject] =
    kind === 'rollback' ? ['the rollback', 'rollback'] : ['the migration', 'migrations'];
  const code = `exit code ${exitCode}, ${meaningOf(exitCode)}`;
  switch (outcome) {
    case 'succeeded':
      return kind === 'rollback' ? rollbackDone(verdict) : migrationsPassed(verdict, atLeastApplied);
    case 'failed':
      return isWaiting(verdict)
        ? `${what} waits for confirmation; nothing was changed (exit code ${exitCode})`
        : `${subject} FAILED: ${reason === 'DeadlineExceeded' ? `stopped at the deadline of the Job (exit code ${exitCode})` : code}`;
    case 'unfinished':
      return `${what} passed, but what comes after it was not applied (exit code ${exitCode})`;
    case 'refused':
    case 'stuck':
      return `${what} could not be started: ${code}`;
    case 'still running':
      return `${what} still runs: ${code}`;
    case 'interrupted':
      return `${what} is no longer followed, and still runs: ${code}`;
    case 'lost':
      return `${what} could not be followed to its end: ${code}`;
    case 'gone':
      return `${what} was deleted before its end: ${code}`;
  }
}

/** Whether nothing is wrong, but a person has to decide: a plan without its token. */
export function isWaiting({ exitCode }: Pick<Verdict, 'exitCode'>): boolean {
  return exitCode === EXIT.NOT_CONFIRMED.code;
}

/** What the exit code means, in the words of the contract. */
export function meaningOf(exitCode: number): string {
  const row = Object.values(EXIT).find(({ code }) => code === exitCode);
  if (row) return row.meaning.replace(/^drizzle-gate: /, '');
  return exitCode === 137 ? 'killed' : 'no code of drizzle-gate';
}

function migrationsPassed({ migrations, milliseconds }: Omit<Verdict, 'headline'>, atLeast: number): string {
  const applied = Math.max(count(migrations, 'applied'), atLeast);
  return applied === 0
    ? 'migrations passed: nothing was pending'
    : `migrations passed: ${plural(applied, 'migration')} applied${within(milliseconds)}`;
}

function rollbackDone({ migrations, milliseconds, rollback }: Omit<Verdict, 'headline'>): string {
  const undone = count(migrations, 'rolled back');
  if (undone === 0) return 'rollback done: nothing was left to roll back';
  const stays = rollback?.target ? `${rollback.target} stays the last applied` : 'no migration stays applied';
  return `rollback done: ${plural(undone, 'migration')} rolled back${within(milliseconds)}; ${stays}`;
}

function count(migrations: Verdict['migrations'], wanted: MigrationState): number {
  return migrations.filter(({ state }) => state === wanted).length;
}

function within(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : ` in ${renderDuration(milliseconds)}`;
}

/** For a person: `350 ms`, `12.3 s`, `4 min 5 s`. */
export function renderDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

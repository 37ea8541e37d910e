import { GateErrors } from '../errors/gate-error';
import { midwayProblems } from './midway-problems';
import type { StoppedMidway } from './stopped-midway';

/** What is wrong while a rollback stopped midway: no migration may build on such a schema. */
export function halfUndoneProblems(stopped: readonly StoppedMidway[]) {
  return stopped.filter(({ undoes }) => undoes !== undefined).flatMap(midwayProblems);
}

/** @throws GateErrors (81) naming every rollback that stopped midway, also when nothing is pending. */
export function assertNothingHalfUndone(stopped: readonly StoppedMidway[]): void {
  const problems = halfUndoneProblems(stopped);
  if (problems.length === 0) return;
  throw new GateErrors(
    'MISMATCH',
    problems.map(({ message }) => message),
    problems[0]?.remedy,
  );
}

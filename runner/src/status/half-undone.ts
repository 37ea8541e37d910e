import type { Comparison, Journal } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import type { Session } from '../database/session';
import { GateErrors } from '../errors/gate-error';
import { midwayProblems } from './midway-problems';
import { findStoppedMidway, type StoppedMidway } from './stopped-midway';

/** What is wrong while a rollback stopped midway: no migration may build on such a schema. */
export function halfUndoneProblems(stopped: readonly StoppedMidway[]) {
  return stopped.filter(({ undoes }) => undoes !== undefined).flatMap(midwayProblems);
}

/** @throws GateErrors (81) naming every rollback that stopped midway, also when nothing is pending. */
export async function assertNothingHalfUndone(
  session: Session,
  journal: Journal,
  comparison: Comparison,
  settings: MigrationSettings,
): Promise<void> {
  const { stopped } = await findStoppedMidway(session, settings, journal, comparison);
  const problems = halfUndoneProblems(stopped);
  if (problems.length === 0) return;
  throw new GateErrors(
    'MISMATCH',
    problems.map(({ message }) => message),
    problems[0]?.remedy,
  );
}

import type { GateError } from '../errors/gate-error';
import { renderPlace } from '../errors/place';
import { positionOf } from '../sql/position';
import type { ClassifiedStatement } from '../sql/script-statements';
import type { PlannedScript } from './unit';

/** Names the statement whose own COMMIT was refused, or lost. */
export function commitOfStatement(
  failure: GateError,
  { migration }: PlannedScript,
  { number, start }: ClassifiedStatement,
): GateError {
  const place = { file: migration.file, ...positionOf(migration.sql, start), statement: number };
  return failure.with({
    message: `${renderPlace(place)}: ${failure.message}`,
    place,
    migration: migration.tag,
  });
}

/**
 * Names the migrations whose common COMMIT was refused, or lost. Which of several left to it what the server refuses,
 * the server does not say.
 */
export function commitOfUnit(failure: GateError, migrations: readonly PlannedScript[]): GateError {
  const [first, last] = [migrations[0]?.migration, migrations.at(-1)?.migration];
  if (!first || !last) return failure;
  if (first === last) {
    return failure.with({ message: `${first.file}: ${failure.message}`, migration: first.tag });
  }
  const message = `${first.tag} to ${last.tag}, which commit together: ${failure.message}`;
  if (failure.exit !== 'MIGRATION_FAILED') return failure.with({ message });
  const tags = migrations.map(({ migration }) => `- ${migration.tag}`);
  const which = 'TRANSACTION_MODE=each, on a copy of the database, tells which of them it is:';
  return failure.with({
    message,
    detail: [...(failure.detail ? [failure.detail] : []), which, ...tags].join('\n'),
  });
}

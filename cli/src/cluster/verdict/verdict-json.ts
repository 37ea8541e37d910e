import type { Verdict } from './verdict';

/** The verdict for programs; the fields keep their names, durations are milliseconds. */
export function verdictJson(verdict: Verdict): Record<string, unknown> {
  const { outcome, exitCode, milliseconds, migrations, rollback, runId, attempts, ...rest } = verdict;
  return {
    ok: outcome === 'succeeded',
    ...{ outcome, exitCode, ...rest },
    ...(runId !== undefined && { run_id: runId }),
    attempts: attempts.map(({ runId: id, ...attempt }) => ({
      ...attempt,
      ...(id !== undefined && { run_id: id }),
    })),
    ...(milliseconds !== undefined && { duration_ms: milliseconds }),
    migrations: migrations.map(({ tag, state, milliseconds: duration }) => ({
      ...{ tag, state },
      ...(duration !== undefined && { duration_ms: duration }),
    })),
    ...(rollback && { rollback }),
  };
}

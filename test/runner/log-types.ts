import type { Reporter } from '../../runner/src/report/reporter';

/** Compiled, never called: each of these must be an error of the compiler. */
export function refusedByTheCompiler({ info, warn }: Reporter): void {
  // @ts-expect-error no such event
  info('run_begun', 'x');
  // @ts-expect-error another level
  warn('nothing_pending', 'x');
  // @ts-expect-error the event has no such field
  info('migration_applied', 'x', { migration: 'a', rows: 1 });
  // @ts-expect-error nor when it is spread
  info('migration_applied', 'x', { migration: 'a', ...{ rows: 1 } });
  // @ts-expect-error the field has another type
  info('migration_applied', 'x', { migration: 1 });
  // @ts-expect-error it is always there
  info('migration_applied', 'x', {});
  // @ts-expect-error as it is here
  info('migration_applied', 'x');
}

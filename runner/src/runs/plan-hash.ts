import { sha256 } from '../../../core/journal';
import type { Unit } from '../migrate/unit';
import type { RecordedPlan } from '../rollback/run/recorded-plan';

/** One digest over what is pending, tag and content, in order, and over what commits together. */
export function migratePlanHash(units: readonly Unit[]): string {
  const plan = units.map(({ mode, migrations }) => [
    mode,
    migrations.map(({ migration: { tag, hash } }) => [tag, hash]),
  ]);
  return sha256(JSON.stringify(['migrate', plan]));
}

/** The digest of a confirmed rollback; the same when it is read from a record and gone on with. */
export function rollbackPlanHash({ database, target, members, losses }: RecordedPlan): string {
  return sha256(JSON.stringify(['rollback', sorted({ database, target, members, losses })]));
}

/** The digest of any other plan that its token stands for. */
export function tokenPlanHash(command: string, token: string): string {
  return sha256(JSON.stringify([command, token]));
}

/** jsonb keeps no order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}

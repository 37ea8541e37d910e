import type { Session } from '../database/session';
import type { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { parseStatement } from '../sql/parse';
import { resumeRisks } from './resume-risks';
import type { PlannedMigration, Unit } from './unit';

/** What becomes of a unit that was rolled back because it used an enum value before its commit. */
export interface Replanned {
  readonly event: 'unit_split' | 'unit_stepwise';
  readonly message: string;
  /** Its migrations, in units that PostgreSQL accepts. */
  readonly rest: readonly Unit[];
}

const TWO_MIGRATIONS =
  'put ALTER TYPE … ADD VALUE and the first use of the value into two migrations; the value is committed in between';

/**
 * The way round 55P04, which says that a value can be used only after the commit of the transaction that added it: what
 * stands before the failed migration is committed first; where the migration added the value itself, as drizzle-kit
 * writes it when a new value becomes the default, it runs statement by statement. Undefined where neither is possible.
 */
export async function replanAtEnumValue(
  { mode, migrations }: Unit,
  failure: GateError,
  session: Pick<Session, 'pooled'>,
): Promise<Replanned | undefined> {
  if (mode !== 'transactional' || failure.sqlstate !== SqlState.UNSAFE_NEW_ENUM_VALUE_USAGE) return undefined;
  const at = migrations.findIndex(({ migration }) => migration.tag === failure.migration);
  const failed = migrations[at];
  if (!failed) return undefined;
  const after = migrations.slice(at + 1);
  if (at > 0) {
    return {
      event: 'unit_split',
      message: `${failure.migration} uses a value that the enum got in this transaction; what is before it is committed first`,
      rest: [
        { mode, migrations: migrations.slice(0, at) },
        { mode, migrations: [failed, ...after] },
      ],
    };
  }
  if (forbidsSteps(failed, session) || !(await addsValue(failed, failure.message))) return undefined;
  return {
    event: 'unit_stepwise',
    message: `${failure.migration} uses an enum value that it adds itself, which takes a commit in between; nothing of it was kept, now it runs statement by statement`,
    rest: [
      { mode: 'stepwise', migrations: [failed] },
      ...(after.length > 0 ? [{ mode, migrations: after }] : []),
    ],
  };
}

/** Names what stood in the way of running the migration statement by statement, and what helps. */
export function withEnumRemedy(
  failure: GateError,
  { migrations }: Unit,
  session: Pick<Session, 'pooled'>,
): GateError {
  const failed = migrations.find(({ migration }) => migration.tag === failure.migration);
  if (!failed || failure.sqlstate !== SqlState.UNSAFE_NEW_ENUM_VALUE_USAGE) return failure;
  const remedy = forbidsSteps(failed, session);
  return remedy ? failure.with({ remedy: `${remedy}, or ${TWO_MIGRATIONS}` }) : failure;
}

/** What must change before the migration can be run statement by statement; undefined when nothing must. */
function forbidsSteps(planned: PlannedMigration, { pooled }: Pick<Session, 'pooled'>): string | undefined {
  if (planned.directive === 'transaction') {
    return 'take the line "-- drizzle-gate: transaction" out of the file, so that it can run statement by statement';
  }
  if (pooled) return 'connect to the database directly, not through the pooler';
  const [risk] = resumeRisks(planned);
  return risk && `do without ${risk.what} in this file, so that it can run statement by statement`;
}

/** The server's message quotes the value, in every language. */
async function addsValue({ statements }: PlannedMigration, message: string): Promise<boolean> {
  for (const { kind, text } of statements) {
    if (kind.kind !== 'enum-value') continue;
    const node = await parseStatement(text);
    const value = node && 'AlterEnumStmt' in node ? node.AlterEnumStmt.newVal : undefined;
    if (value !== undefined && message.includes(value)) return true;
  }
  return false;
}

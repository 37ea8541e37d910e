import { type Note, withinSavepoint } from '../database/behind-savepoint';
import type { Session } from '../database/session';
import type { StateFacts } from '../database/state-facts';
import {
  ensureStateTable,
  noPrivilege,
  readColumns,
  STATE_TABLES,
  stateTable,
  stateTableText,
} from '../database/state-tables';
import type { GateError } from '../errors/gate-error';
import type { DatabaseContext } from '../run-context';
import { insertAfterLost, reportLost } from './lost-runs';
import type { RunPurpose } from './run-purpose';
import { insertOf, runRow } from './run-row';

const ALL_COLUMNS = Object.keys(STATE_TABLES.runs.columns);

/** The first write of a run's record, and why there is none. */
export class RecordBeginning {
  /** Undefined as long as nothing refuses it. */
  refusal: GateError | undefined;

  constructor(
    private readonly session: Session,
    private readonly context: DatabaseContext,
    private readonly purpose: RunPurpose,
  ) {}

  /**
   * What begins the record, in an open transaction under the migration lock; where there is no table yet, that of the
   * schema is held too.
   */
  async notes({ tables: { runs } }: StateFacts): Promise<Note[]> {
    const { session, context, purpose } = this;
    const { migrations: settings } = context.settings;
    const lacking = runs ? NEEDED.filter((privilege) => !runs.privileges.has(privilege)) : [];
    const columns = runs && new Set(await ensureRuns(session, context, [...runs.columns]));
    if (lacking.length > 0) {
      this.refusal = noPrivilege(settings, 'runs', lacking);
      return [];
    }
    const there = columns ?? new Set(ALL_COLUMNS);
    const table = stateTable(settings, 'runs');
    const insert = insertOf(table, runRow(context, purpose), [...there]);
    const creation = columns ? [] : [stateTableText(settings, 'runs', new Set()) ?? ''];
    return [
      {
        name: 'drizzle_gate_runs',
        messages: [...creation, insertAfterLost(session, insert, { table, history: settings.table, there })],
        onRefused: (refusal) => {
          this.refusal = refusal;
        },
        onDone: (answers) => {
          if (!session.pooled) reportLost(answers[creation.length] ?? [], context.reporter);
        },
      },
    ];
  }
}

const NEEDED = ['SELECT', 'INSERT', 'UPDATE'] as const;

/**
 * Makes the table, or adds to an older one what it lacks; where only its owner may do that, the record has less.
 *
 * @param known its columns, where the caller has read them.
 * @returns the columns that are there then.
 */
export async function ensureRuns(
  session: Session,
  context: DatabaseContext,
  known?: readonly string[],
): Promise<readonly string[]> {
  const { migrations: settings } = context.settings;
  const before = known ?? (await readColumns(session, settings, 'runs'));
  if (before.length === 0) {
    await ensureStateTable(session, settings, 'runs', before);
    return ALL_COLUMNS;
  }
  const missing = ALL_COLUMNS.filter((name) => !before.includes(name));
  if (missing.length === 0) return before;
  const refusal = await withinSavepoint(session, 'drizzle_gate_columns', () =>
    ensureStateTable(session, settings, 'runs', before),
  );
  if (!refusal) return ALL_COLUMNS;
  const table = stateTable(settings, 'runs');
  context.reporter.warn(
    'run_record_unavailable',
    `${missing.join(', ')} of this run are not recorded in the database, because ${table} is of an older version: ${refusal.message}`,
    { remedy: `let the owner of ${table} migrate once` },
  );
  return before;
}

/** One statement shape that needs strong locks, and who is in its way. */
export interface Scenario {
  readonly name: string;
  readonly migration: string;
  /**
   * When the idle transaction on each table ends, in lock budgets after the migration began to wait for it. No entry
   * means that nobody is in the way there.
   */
  readonly blockers: Readonly<Record<string, number>>;
}

/** Nobody but the application uses it: the migration gets its lock at once, and must not keep it for long. */
const FREE = 'free';
const BUSY = Array.from({ length: 7 }, (_, index) => `busy_${index + 1}`);

export const TABLES = [FREE, ...BUSY];

/** A transaction that is forgotten: much longer than the budget. */
const FORGOTTEN = { busy_1: 3 };

/** Each ends before the budget is spent on it alone; lock_timeout counts every wait anew. */
const ONE_AFTER_THE_OTHER = Object.fromEntries(BUSY.map((table, index) => [table, 0.7 * (index + 1)]));

const all = TABLES.join(', ');

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'ALTER TABLE, one idle transaction',
    migration: 'ALTER TABLE busy_1 ADD COLUMN more int;',
    blockers: FORGOTTEN,
  },
  {
    name: 'two tables, the second is blocked',
    migration: 'ALTER TABLE free ADD COLUMN more int;\nALTER TABLE busy_1 ADD COLUMN more int;',
    blockers: FORGOTTEN,
  },
  {
    name: 'eight tables, blocked one after the other',
    migration: TABLES.map((table) => `ALTER TABLE ${table} ADD COLUMN more int;`).join('\n'),
    blockers: ONE_AFTER_THE_OTHER,
  },
  {
    name: 'TRUNCATE of eight',
    migration: `TRUNCATE ${all};`,
    blockers: ONE_AFTER_THE_OTHER,
  },
  {
    name: 'DROP TABLE of eight',
    migration: `DROP TABLE ${all};`,
    blockers: ONE_AFTER_THE_OTHER,
  },
  {
    name: 'ADD FOREIGN KEY to seven',
    migration: `ALTER TABLE free ${BUSY.map((table) => `ADD FOREIGN KEY (ref) REFERENCES ${table} (id)`).join(', ')};`,
    blockers: ONE_AFTER_THE_OTHER,
  },
];

/** How long somebody is in the way, in milliseconds. */
export function blockedFor({ blockers }: Scenario, budget: number): number {
  return Math.round(Math.max(...Object.values(blockers)) * budget);
}

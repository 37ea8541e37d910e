/** Why a rule of squawk is not reported: the runner sees to it, or the linter's own rules judge it by the real units. */
export const NOT_NEEDED: Readonly<Record<string, string>> = {
  'require-lock-timeout': 'the runner sets lock_timeout for every unit, and tries again',
  'require-statement-timeout': 'the runner sets statement_timeout from STATEMENT_TIMEOUT_MS',
  'prefer-robust-stmts': 'the runner rolls a unit back as a whole, or notes each statement that is done',
  'require-concurrent-index-deletion':
    'the lock on the table is held for a moment, and waiting for it is bounded by the lock budget',
  'ban-concurrent-index-creation-in-transaction':
    'the runner runs such a file outside a transaction; see concurrently-in-transaction',
  'transaction-nesting': 'which transactions a file has, the runner plans; see own-transaction',
  'ban-uncommitted-transaction': 'the runner commits what a file leaves open, as Drizzle does',
};

/** What a schema should look like is a matter of taste, and a migration only writes down what the schema says. */
export const OPINIONS: ReadonlySet<string> = new Set([
  'ban-char-field',
  'ban-create-domain-with-constraint',
  'ban-drop-not-null',
  'identifier-too-long',
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-identity',
  'prefer-text-field',
  'prefer-timestamp-tz',
  'require-enum-value-ordering',
]);

const ALONE = 'a file that begins with the line "-- drizzle-gate: no-transaction"';
const RELEASE_FIRST =
  'first deploy a release that does without it, then migrate; if that is so, write "-- squawk-ignore RULE" in the line above';

/** What to do where the runner makes it another thing than squawk says. */
const REMEDIES: Readonly<Record<string, string>> = {
  'adding-foreign-key-constraint': `add it as NOT VALID and validate it with VALIDATE CONSTRAINT behind that, in ${ALONE}: each statement then commits by itself`,
  'constraint-missing-not-valid': `add it as NOT VALID and validate it with VALIDATE CONSTRAINT behind that, in ${ALONE}: each statement then commits by itself`,
  'adding-not-nullable-field': `in ${ALONE}, add a CHECK (… IS NOT NULL) as NOT VALID, validate it, SET NOT NULL and drop the CHECK: PostgreSQL then needs no scan under the lock`,
  'adding-serial-primary-key-field':
    'build a unique index CONCURRENTLY in a migration of its own, then ADD CONSTRAINT … PRIMARY KEY USING INDEX in the next',
  'disallowed-unique-constraint':
    'build a unique index CONCURRENTLY in a migration of its own, then ADD CONSTRAINT … UNIQUE USING INDEX in the next',
  'require-concurrent-index-creation':
    'write CREATE INDEX CONCURRENTLY (Drizzle: .concurrently()), best in a migration of its own: the runner runs it outside a transaction',
  'adding-required-field':
    'give it a constant DEFAULT, or add it without NOT NULL, fill it and SET NOT NULL later; with rows in the table the statement fails, and inserts of the running release fail in any case',
  'ban-drop-column': RELEASE_FIRST,
  'ban-drop-table': RELEASE_FIRST,
  'renaming-column':
    'the running release still asks for the old name: add a column of the new name, write both, and drop the old one in a later release',
  'renaming-table':
    'the running release still asks for the old name: leave a view of the old name, or copy to a new table and drop the old one in a later release',
  'changing-column-type':
    'add a column of the new type, fill it in small steps, and change over in a later release',
};

export function remedyOf(rule: string, help: string | null): string | undefined {
  return REMEDIES[rule]?.replace('RULE', rule) ?? help ?? undefined;
}

import type { ServerError } from './server-error';

const EXISTS =
  'if it is what the migration makes, record the migration as applied with `drizzle-gate baseline --to TAG`; otherwise drop or rename it';
const ROW_VALUE = 'correct the values in an earlier statement, or convert them in this one';

/** What to do about a code, whatever raised it. */
const REMEDIES: Readonly<Record<string, string>> = {
  '0A000': 'this server cannot do that; rewrite the statement',
  '21000': 'make the subquery or the source of the MERGE give one row',
  '22001': 'shorten the values in an earlier statement, or choose a longer type',
  '22003': 'correct the values in an earlier statement, or choose a wider type',
  '22004': ROW_VALUE,
  '22007': ROW_VALUE,
  '22008': ROW_VALUE,
  '22012': 'leave out the rows whose divisor is zero',
  '22023': 'correct the value that the function or setting was given',
  '22P02': ROW_VALUE,
  '23001': 'delete or change the rows that point here first',
  '23502': 'fill the column in an earlier statement before it becomes NOT NULL',
  '23503': 'correct the rows that point nowhere in an earlier statement',
  '23505': 'remove the duplicate rows in an earlier statement',
  '23514': 'correct the rows that break the constraint in an earlier statement',
  '23P01': 'correct the rows that exclude each other in an earlier statement',
  '25001': 'put this statement into a migration of its own',
  '25006': 'connect to the primary, or turn default_transaction_read_only off for this role and database',
  '25P02': 'look at the first error of this transaction; what follows it is refused whatever it is',
  '25P03': 'run again; raise idle_in_transaction_session_timeout for the role that migrates if it repeats',
  '25P04': 'raise transaction_timeout for the role that migrates, or make the migration smaller',
  '28000': 'allow this role, database and TLS mode in pg_hba.conf, or change PGSSLMODE',
  '28P01': 'check PGUSER and PGPASSWORD (or the URL) against the Secret and the server',
  '2BP01': 'drop the dependent objects first, each by name',
  '2D000': 'take COMMIT and ROLLBACK out of the body that is called',
  '3D000': 'create the database, or correct PGDATABASE (the path of DATABASE_URL)',
  '3F000': 'create the schema in an earlier migration, or correct its name',
  '40001': 'run again',
  '40P01': 'run again; if it repeats, give this change a migration of its own',
  '42501': 'grant the privilege to the role that migrates, or make it the owner',
  '42601': 'correct the SQL at the caret',
  '42701': `the column exists already: ${EXISTS}`,
  '42703': 'add the column in an earlier migration, or correct its name',
  '42704':
    'create the object in an earlier migration, install the extension that brings it, or correct its name',
  '42710': `the object exists already: ${EXISTS}`,
  '42723': `write CREATE OR REPLACE FUNCTION; or ${EXISTS}`,
  '42804': 'say how the value is converted: USING column::type, or a cast',
  '42809': 'use the command for this kind of object (ALTER VIEW, DROP INDEX and so on)',
  '42830': 'give the referenced columns a primary key or a unique constraint first',
  '42846': 'say how the value is converted: USING with an expression',
  '42883':
    'create the function, operator or extension in an earlier migration, or cast the arguments to its types',
  '428C9': 'leave the generated column out, or write OVERRIDING SYSTEM VALUE',
  '42P01': 'create the table in an earlier migration, or correct its name and schema',
  '42P04': 'leave CREATE DATABASE out; the runner works inside one database',
  '42P06': `write CREATE SCHEMA IF NOT EXISTS; or ${EXISTS}`,
  '42P07': `the object exists already: ${EXISTS}`,
  '42P10': 'create the unique index that ON CONFLICT names first',
  '42P16': 'change the definition; a view can only get new columns at its end, a table one primary key',
  '53100': 'free disk space on the server, then run again',
  '53200':
    "raise the server's memory or lower work_mem and maintenance_work_mem, or make the statement smaller",
  '53300': 'free connections or raise max_connections, then run again',
  '54000': 'make the statement or the value smaller',
  '54001':
    'break the expression up, look for a trigger or function that calls itself, or raise max_stack_depth',
  '55000': 'bring the object into the state that the message asks for, in an earlier statement',
  '55006':
    'move what uses the table (an open cursor, the rows that triggers still wait for) into an earlier migration',
  '55P02': 'set this parameter in the configuration of the server; a session cannot',
  '55P03':
    'end the sessions that hold the lock or run at a quieter time; LOCK_TIMEOUT_MS and LOCK_RETRIES set the limits',
  '55P04':
    'begin the file with the line "-- drizzle-gate: no-transaction", or put ALTER TYPE … ADD VALUE and the first use of the value into two migrations; the value is committed in between',
  '57014':
    'raise STATEMENT_TIMEOUT_MS or make the statement smaller, if it ran that long; otherwise somebody cancelled it: ask why, then run again',
  '57P01': 'run again when the server is up',
  '57P02': 'run again when the server is up',
  '57P03': 'wait until the server accepts connections, then run again',
  '57P05': 'run again; raise idle_session_timeout for the role that migrates if it repeats',
  '58P01': 'install the missing file on the server',
  P0001: 'the message is the migration’s own (RAISE); do what it asks for',
};

const EXTENSION =
  'install the package of the extension on the database server, or choose an image or a service that has it';

/**
 * Where the code alone says too little: the server names the C function that raised the error, in every language; a
 * text is asked for only where PostgreSQL uses one function for all.
 */
const SPECIAL: readonly (readonly [code: string, by: RegExp, remedy: string])[] = [
  ['0A000', /^(?:parse_extension_control_file|get_extension_control_directory)/, EXTENSION],
  ['58P01', /^(?:parse_extension_control_file|internal_load_library)|extension control file/, EXTENSION],
  [
    '0A000',
    /^(?:ATPrepAlterColumnType|ATExecAlterColumnType|RememberAllDependentForRebuilding)/,
    'drop the view, rule, trigger or policy that uses the column, change the column and create it again, all in one migration',
  ],
  [
    '42710',
    /^CreateRole/,
    'roles belong to the whole cluster, so another database of it made this one: create roles apart, or in a DO block that looks into pg_roles first',
  ],
  [
    '42710',
    /^CreateExtension/,
    'write CREATE EXTENSION IF NOT EXISTS; images and managed services install some by themselves',
  ],
  [
    '42501',
    /^CreateExtension|^execute_extension_script/,
    'let an administrator create the extension once, or grant CREATE on the database if the extension is trusted',
  ],
  // One function for both; in another language the remedy of the code names both.
  ['57014', /due to statement timeout/, 'raise STATEMENT_TIMEOUT_MS or make the statement smaller'],
  [
    '57014',
    /due to user request/,
    'somebody cancelled the statement (pg_cancel_backend): ask who did and why, then run again',
  ],
  ['42501', /must be owner/, 'run as the owner, or grant the owning role to the role that migrates'],
];

const EXISTING = new Set(['42701', '42710', '42723', '42P06', '42P07']);

/** Whether the error means that the object of a statement is there already, in this database. */
export function saysThatItExists(error: Pick<ServerError, 'code' | 'routine' | 'message'>): boolean {
  return EXISTING.has(error.code) && specialOf(error) === undefined;
}

/** The next step after an error of the server, as an order; undefined where nobody can tell in general. */
export function remedyOf(error: Pick<ServerError, 'code' | 'routine' | 'message'>): string | undefined {
  return specialOf(error) ?? REMEDIES[error.code];
}

function specialOf({
  code,
  routine = '',
  message,
}: Pick<ServerError, 'code' | 'routine' | 'message'>): string | undefined {
  return SPECIAL.find(([of, by]) => of === code && (by.test(routine) || by.test(message)))?.[2];
}

import { GateError } from '../../../runner/src/errors/gate-error';
import { readPlace, renderPlace } from '../../../runner/src/errors/place';
import { redact } from '../../../runner/src/errors/redact';

/** A run as the page shows it. What an older runner did not record is absent. */
export interface HistoryRun {
  readonly id: string;
  readonly command: string;
  readonly outcome: string;
  readonly exitCode: number | undefined;
  readonly startedAt: Date;
  readonly finishedAt: Date | undefined;
  readonly durationMs: number | undefined;
  /** What it committed, in that order. */
  readonly migrations: readonly HistoryMigration[];
  /** How many it committed; more than are listed where a list was cut. */
  readonly migrationCount: number;
  /** What it could not finish. */
  readonly uncommitted: readonly HistoryMigration[];
  readonly failure: HistoryFailure | undefined;
  /** Everything else that is recorded, by its name in the document. */
  readonly facts: ReadonlyMap<string, string>;
}

export interface HistoryMigration {
  readonly name: string;
  /** What became of it: applied, undone, marked … */
  readonly outcome: string | undefined;
  readonly durationMs: number | undefined;
  readonly rows: number | undefined;
  readonly statements: number | undefined;
}

export interface HistoryFailure {
  readonly message: string;
  readonly migration: string | undefined;
  /** File, line and statement. */
  readonly place: string | undefined;
  readonly sqlstate: string | undefined;
  readonly detail: string | undefined;
  readonly remedy: string | undefined;
}

export interface HistoryDocument {
  /** Host and port are as the runner reaches it: in the cluster those of the pods. */
  readonly database: { readonly name: string; readonly host: string | undefined } | undefined;
  /** The newest first. */
  readonly runs: readonly HistoryRun[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what `history --json` of this or an older version wrote. Nothing in it is trusted to be what it should, and what
 * looks like a secret is taken out.
 *
 * @throws GateError (84) for anything that is no such document.
 */
export function readDocument(text: string, version: string): HistoryDocument {
  try {
    const { runs, database } = fieldsOf(JSON.parse(text));
    if (!Array.isArray(runs)) throw new Error('it has no runs');
    return { runs: runs.map(readRun), database: readDatabase(fieldsOf(database)) };
  } catch (error) {
    throw new GateError('CONTRACT', 'what the runner wrote is no history that this version can show', {
      remedy: `run it with an image of drizzle-gate ${version}, the version of this command`,
      detail: error instanceof Error ? error.message : undefined,
      cause: error,
    });
  }
}

function readDatabase({ name, host, port }: Fields): HistoryDocument['database'] {
  const given = textOf(name);
  if (given === undefined) return undefined;
  const [where, number] = [textOf(host), textOf(port)];
  return { name: given, host: where !== undefined && number !== undefined ? `${where}:${number}` : where };
}

function readRun(value: unknown): HistoryRun {
  const fields = fieldsOf(value);
  const [id, command, outcome] = [textOf(fields.id), textOf(fields.command), textOf(fields.outcome)];
  const startedAt = timeOf(fields.startedAt);
  if (!startedAt || !id || !command || !outcome)
    throw new Error('a run in it has no id, command, outcome or time');
  const migrations = readMigrations(fields.migrations);
  return {
    ...{ id, command, outcome, startedAt, migrations },
    exitCode: numberOf(fields.exitCode),
    finishedAt: timeOf(fields.finishedAt),
    durationMs: numberOf(fields.durationMs),
    migrationCount: Math.max(migrations.length, numberOf(fields.migrationCount) ?? 0),
    uncommitted: readMigrations(fields.uncommitted),
    failure: readFailure(fieldsOf(fields.failure)),
    facts: readFacts(fields),
  };
}

/** What is one text or number each, and what was done with kept rows. */
function readFacts({ kept, ...fields }: Fields): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    const text = textOf(value);
    if (text !== undefined) facts.set(name, text);
  }
  const { action, schema, rows } = fieldsOf(kept);
  if (textOf(schema))
    facts.set('kept', `${textOf(schema)} ${textOf(action) ?? ''} (${textOf(rows) ?? '?'} rows)`);
  return facts;
}

function readMigrations(value: unknown): HistoryMigration[] {
  if (!Array.isArray(value)) return [];
  return value.map(fieldsOf).map(({ migration, outcome, duration_ms: duration, rows, statements }) => ({
    name: textOf(migration) ?? '?',
    outcome: textOf(outcome),
    durationMs: numberOf(duration),
    rows: numberOf(rows),
    statements: numberOf(statements),
  }));
}

function readFailure({ message, place, ...fields }: Fields): HistoryFailure | undefined {
  const told = textOf(message);
  if (told === undefined) return undefined;
  const at = readPlace(place);
  return {
    message: told,
    migration: textOf(fields.migration),
    place: at && redact(renderPlace(at)),
    sqlstate: textOf(fields.sqlstate),
    detail: textOf(fields.detail),
    remedy: textOf(fields.remedy),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? redact(value) : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function timeOf(value: unknown): Date | undefined {
  const time = typeof value === 'string' ? new Date(value) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}

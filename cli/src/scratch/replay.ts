import { Command } from '../../../core/contract';
import { type Journal, readJournal } from '../../../core/journal';
import { GateError } from '../../../runner/src/errors/gate-error';
import { readPlace } from '../../../runner/src/errors/place';
import type { LogEvent } from '../../../runner/src/report/render-event';
import { runContainer } from '../rehearse/run-container';
import { makeTemporaryFolder } from '../server/temporary-folder';
import type { ScratchDatabase } from './scratch-server';
import { writeTruncatedFolder } from './truncated-folder';

/** What decides how a folder is applied and where its history stands; the connection is never the caller's. */
const HONOURED = ['MIGRATIONS_SCHEMA', 'MIGRATIONS_TABLE', 'NODE_EXTRA_CA_CERTS'];

const SETUP_REMEDY =
  'correct the migration, or give the SQL that makes what it takes for granted (roles, schemas, extensions of the hosting service) with --setup FILE';

/**
 * Applies the migrations of a folder up to and with `upTo`, by the runner itself, as in production: what is applied
 * already stays, so that a call for the next tag applies just that one.
 *
 * @param folder the migrations folder, or what was read from it.
 * @throws GateError with the runner's own message, when the migrations can't be replayed.
 */
export async function replay(
  database: ScratchDatabase,
  folder: string | Journal,
  upTo: string,
): Promise<void> {
  const journal = typeof folder === 'string' ? readJournal(folder, '--migrations') : folder;
  const count = journal.migrations.findIndex(({ tag }) => tag === upTo) + 1;
  if (count === 0) throw new Error(`${upTo} is no migration of ${journal.folder}`);
  const copy = makeTemporaryFolder('drizzle-gate-replay-');
  try {
    writeTruncatedFolder(journal, count, copy.path);
    const env = { ...honoured(), DATABASE_URL: database.url, MIGRATIONS_FOLDER: copy.path };
    const problems: LogEvent[] = [];
    const see = (event: LogEvent) => {
      if (event.level === 'error') problems.push(event);
    };
    const { exitCode } = await runContainer({ args: [Command.MIGRATE], env }, see, database.signal);
    if (exitCode !== 0) throw refusal(problems, upTo, exitCode);
  } finally {
    copy.remove();
  }
}

export function honoured(): Record<string, string> {
  return Object.fromEntries(
    HONOURED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

function refusal(problems: readonly LogEvent[], upTo: string, exitCode: number): GateError {
  // The last one tells why the run failed, those before it what became of the rest.
  const problem = problems.at(-1);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const migration = text(problem?.migration) ?? upTo;
  const why =
    problem?.message.replace(/ \(exit code \d+\)$/, '') ??
    `the runner ended with exit code ${exitCode} and said nothing`;
  return new GateError('MIGRATION_FAILED', `${migration} can't be replayed: ${why}`, {
    ...{ migration, detail: text(problem?.detail), remedy: SETUP_REMEDY },
    ...{ place: readPlace(problem?.place), sqlstate: text(problem?.sqlstate) },
  });
}

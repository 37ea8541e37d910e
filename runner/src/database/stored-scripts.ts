import type { MigrationSettings } from '../config/settings';
import { quoteLiteral } from '../sql/quote';
import type { Session } from './session';
import { stateTable } from './state-tables';

/** Which rollback script a migration had when it was applied; the text is read apart, it can be large. */
export interface StoredScript {
  /** Tag of the migration at that time. */
  readonly migration: string;
  /** Hash of the migration, as the history has it. */
  readonly hash: string;
  /** Drizzle's timestamp of the migration in milliseconds, as the history has it. */
  readonly when: number;
  /** What the script was called. */
  readonly file: string;
  /** SHA-256 of the script with LF line ends. */
  readonly scriptHash: string;
}

/** What is stored, as far as this role may see it. */
export interface StoredScripts {
  /** False when there is a table that this role may not read. */
  readonly readable: boolean;
  readonly scripts: readonly StoredScript[];
}

export interface ScriptToStore extends StoredScript {
  readonly sql: string;
}

/** Characters of one message. */
const BATCH = 4_000_000;

/**
 * The messages that store the scripts of migrations that are applied now. What was stored of these before goes, also where
 * one has no script any more. A handful of scripts, as of most units, is one message.
 *
 * @param tags all migrations that are applied now.
 */
export function storeMessages(
  settings: MigrationSettings,
  tags: readonly string[],
  scripts: readonly ScriptToStore[],
  runId: string | undefined,
): string[] {
  const table = stateTable(settings, 'scripts');
  const history = quoteLiteral(settings.table);
  const rows = scripts.map(({ migration, hash, when, file, sql, scriptHash }) => {
    const values = [migration, hash, String(when), file, sql, scriptHash].map(quoteLiteral).join(', ');
    return `(${history}, ${values}, ${runId === undefined ? 'null' : quoteLiteral(runId)})`;
  });
  const inserts = batchesOf(rows).map(
    (batch) =>
      `insert into ${table} (history_table, migration, hash, created_at, script_file, script, script_hash, run_id)
       values ${batch.join(', ')}`,
  );
  const [first, ...rest] = inserts;
  const gone = `delete from ${table} where history_table = ${history} and migration in (${tags.map(quoteLiteral).join(', ')})`;
  return [first === undefined ? gone : `${gone}; ${first}`, ...rest];
}

function batchesOf(rows: readonly string[]): string[][] {
  const batches: string[][] = [];
  let size = 0;
  for (const row of rows) {
    const last = batches.at(-1);
    if (last && size + row.length <= BATCH) {
      last.push(row);
      size += row.length;
    } else {
      batches.push([row]);
      size = row.length;
    }
  }
  return batches;
}

/** Reads what is stored for this history. It changes nothing, and needs neither the table nor a privilege on it. */
export async function readStoredScripts(
  session: Session,
  settings: MigrationSettings,
): Promise<StoredScripts> {
  const table = stateTable(settings, 'scripts');
  // Asked first: what is refused would abort an open transaction.
  const [facts] = await session.query<{ readable: boolean | null }>(
    `select has_table_privilege(to_regclass($1), 'SELECT') as readable`,
    [table],
  );
  if (!facts?.readable) return { readable: facts?.readable !== false, scripts: [] };
  const rows = await session.query<Record<'migration' | 'hash' | 'at' | 'file' | 'script_hash', string>>(
    `select migration, hash, created_at::text as at, script_file as file, script_hash
       from ${table} where history_table = $1 order by created_at, migration`,
    [settings.table],
  );
  return {
    readable: true,
    scripts: rows.map(({ migration, hash, at, file, script_hash }) => ({
      ...{ migration, hash, when: Number(at), file, scriptHash: script_hash },
    })),
  };
}

/** The texts of stored scripts, by the tag of the migration. */
export async function readStoredTexts(
  session: Session,
  settings: MigrationSettings,
  scripts: readonly Pick<StoredScript, 'migration'>[],
): Promise<ReadonlyMap<string, string>> {
  if (scripts.length === 0) return new Map();
  const rows = await session.query<{ migration: string; script: string }>(
    `select migration, script from ${stateTable(settings, 'scripts')}
      where history_table = $1 and migration in (select json_array_elements_text($2::text::json))`,
    [settings.table, JSON.stringify(scripts.map(({ migration }) => migration))],
  );
  return new Map(rows.map(({ migration, script }) => [migration, script]));
}

import { CONTRACT_VERSION } from '../../../core/contract';
import { GateError, GateErrors } from '../errors/gate-error';
import { showRowData } from '../errors/row-data';
import { readConfirmer } from './confirmer';
import { type Connection, readConnection } from './connection';
import { type Environment, EnvironmentReader } from './environment';
import { ignoredFileProblems } from './ignored-files';
import { readRoles } from './roles';
import { scriptsFolderProblems } from './scripts-folder';
import { readWait, type WaitSettings } from './wait-settings';

/** Where the migrations are and where their history is kept. */
export interface MigrationSettings {
  readonly folder: string;
  /** The variable or flag that gave the folder, for messages. */
  readonly folderSource?: string;
  readonly schema: string;
  readonly table: string;
  readonly digest: string | undefined;
}

/** What is accepted where history and files disagree. */
export interface HistoryRules {
  readonly outOfOrder: 'apply' | 'refuse';
  /** Tags of migrations whose edits are accepted. */
  readonly acceptEdited: readonly string[];
  readonly allowDiverged: boolean;
}

/** Limits in time; all of them in milliseconds. */
export interface Limits {
  readonly connectTimeout: number;
  readonly connectRetry: number;
  readonly lockWait: number;
  readonly lockTimeout: number;
  readonly lockRetries: number;
  readonly statementTimeout: number;
}

/** Whether consecutive transactional migrations commit together, or each alone. */
export type TransactionMode = 'all' | 'each';

export interface RollbackSettings {
  readonly target: string | undefined;
  readonly confirm: string | undefined;
  readonly scriptsFolder: string | undefined;
  /** Milliseconds. */
  readonly delay: number;
  /** Milliseconds for which a token holds. */
  readonly tokenLifetime: number;
  /** Rows up to which is counted exactly. */
  readonly countLimit: number;
  /** Whether the rows of what is dropped are copied first. */
  readonly keep: 'keep' | 'discard';
  /** Bytes that may be copied. */
  readonly keepLimit: number;
}

/** Where the run takes place, for its record; absent outside a cluster. */
export interface RunPlace {
  readonly image: string | undefined;
  readonly job: string | undefined;
  readonly pod: string | undefined;
}

export interface Settings {
  readonly migrations: MigrationSettings;
  readonly history: HistoryRules;
  readonly limits: Limits;
  readonly transactionMode: TransactionMode;
  readonly rollback: RollbackSettings;
  readonly place: RunPlace;
  /** Who confirmed the plan, for the record of the run. */
  readonly confirmedBy: string | undefined;
  readonly wait: WaitSettings;
  /** Roles that may see the schema version. */
  readonly grantStatusTo: readonly string[];
  /** Undefined when it is not usable; `problems` says why. */
  readonly connection: Connection | undefined;
  /** Everything that is wrong with the environment. Commands that can't go on throw it as one error. */
  readonly problems: readonly string[];
  /** The exit code of the problems: 69 when the next pod may have none of them. */
  readonly problemsExit: 'CONFIG' | 'UNAVAILABLE';
}

/**
 * Turns the environment into settings that need no further checks.
 *
 * @param command the runner's command: what only some of them need is checked only for these.
 * @throws GateError (84) when the manifest was made for another version of the contract.
 */
export function readSettings(env: Environment, command?: string): Settings {
  const reader = new EnvironmentReader(env);
  const version = reader.text('CONTRACT_VERSION');
  if (version !== undefined && version !== CONTRACT_VERSION) {
    throw new GateError(
      'CONTRACT',
      `the manifest speaks contract version ${JSON.stringify(version)}, this image ${JSON.stringify(CONTRACT_VERSION)}`,
      { remedy: 'use the image and the constructs of one release, and synthesize again' },
    );
  }
  reader.problems.push(...ignoredFileProblems(env));
  reader.oneOf('LOG_FORMAT', ['json', 'text']);
  // Errors are made where no settings are at hand; like the secrets, this is known to the whole process.
  showRowData(reader.oneOf('SHOW_ERROR_DETAIL', ['true', 'false']) === 'true');
  const settings = {
    migrations: {
      folder: reader.text('MIGRATIONS_FOLDER') ?? 'migrations',
      // drizzle-gate passes its flag on as this variable.
      folderSource: / --migrations[ =]/.test(env.COMMAND_LINE ?? '') ? '--migrations' : 'MIGRATIONS_FOLDER',
      schema: reader.text('MIGRATIONS_SCHEMA') ?? 'drizzle',
      table: reader.text('MIGRATIONS_TABLE') ?? '__drizzle_migrations',
      digest: reader.text('MIGRATIONS_DIGEST'),
    },
    history: {
      outOfOrder: reader.oneOf('OUT_OF_ORDER', ['apply', 'refuse']) === 'refuse' ? 'refuse' : 'apply',
      acceptEdited: listOf(reader.text('ACCEPT_EDITED')),
      allowDiverged: reader.oneOf('ALLOW_DIVERGED', ['true', 'false']) === 'true',
    } as const,
    limits: {
      connectTimeout: reader.integer('CONNECT_TIMEOUT_SECONDS') * 1000,
      connectRetry: reader.integer('CONNECT_RETRY_SECONDS') * 1000,
      lockWait: reader.integer('LOCK_WAIT_SECONDS') * 1000,
      lockTimeout: reader.integer('LOCK_TIMEOUT_MS'),
      lockRetries: reader.integer('LOCK_RETRIES'),
      statementTimeout: reader.integer('STATEMENT_TIMEOUT_MS'),
    },
    transactionMode: (reader.oneOf('TRANSACTION_MODE', ['all', 'each']) ?? 'all') as TransactionMode,
    rollback: {
      target: reader.text('ROLLBACK_TARGET'),
      confirm: reader.text('ROLLBACK_CONFIRM')?.trim() || undefined,
      scriptsFolder: reader.text('ROLLBACK_FOLDER'),
      delay: reader.integer('ROLLBACK_DELAY_SECONDS') * 1000,
      tokenLifetime: reader.integer('ROLLBACK_TOKEN_SECONDS') * 1000,
      countLimit: reader.integer('ROLLBACK_COUNT_LIMIT'),
      keep: (reader.oneOf('ROLLBACK_KEEP', ['keep', 'discard']) ?? 'keep') as RollbackSettings['keep'],
      keepLimit: reader.integer('ROLLBACK_KEEP_LIMIT_MB') * 2 ** 20,
    },
    place: { image: reader.text('IMAGE'), job: reader.text('JOB_NAME'), pod: reader.text('POD_NAME') },
    confirmedBy: readConfirmer(reader),
    wait: readWait(reader),
    grantStatusTo: readRoles(reader),
    connection: readConnection(reader, env),
  };
  const folderProblems = scriptsFolderProblems(settings.rollback.scriptsFolder, command);
  const mayPass = reader.mayPass && folderProblems.length === 0;
  return {
    ...settings,
    problems: [...reader.problems, ...folderProblems],
    problemsExit: mayPass ? 'UNAVAILABLE' : 'CONFIG',
  };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The connection of settings that have no problem. @throws GateErrors (78, or 69) with all problems. */
export function requireConnection(settings: Settings): Connection {
  if (settings.problems.length > 0 || !settings.connection) {
    throw new GateErrors(settings.problemsExit, settings.problems, 'correct the environment and run again');
  }
  return settings.connection;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY_TARGET, Path } from '../core/contract';
import {
  expectSchema,
  findRollbackScript,
  JOURNAL_FILE,
  type Journal,
  JournalError,
  type Migration,
  type RollbackScript,
  readJournal,
  type SchemaExpectation,
} from '../core/journal';
import { type ConfigMapFile, filesWithKeys } from './internal/config-map-files';
import { Problems, shown } from './internal/problems';
import { objectNameProblem } from './internal/syntax';

export interface ImageSourceOptions {
  /**
   * The folder that the image is built from, as it lies here. Its digest goes into the manifest, and a Job
   * whose image holds other migrations refuses to run.
   * @default - not available at synth: the manifest carries no digest, and the wrong image is not noticed
   */
  readonly localFolder?: string;
  /**
   * Absolute path of the folder in the image.
   * @default '/app/migrations'
   */
  readonly path?: string;
}

/**
 * Where a Job finds its migrations, and what is known of them at synth. It reads the local folder once, however many
 * objects are made with it; of a folder that has changed since, make another one.
 */
export class MigrationSource {
  /** The migrations are baked into the image. */
  public static fromImage(options: ImageSourceOptions = {}): MigrationSource {
    const problems = new Problems();
    const path = options.path ?? Path.IMAGE_MIGRATIONS;
    if (!path.startsWith('/')) problems.add('path', `${shown(path)} is not absolute; begin it with "/"`);
    const journal = readFolder(problems, options.localFolder);
    problems.throwIfAny();
    return new MigrationSource(path, options.localFolder, undefined, journal, []);
  }

  /**
   * The migrations come from a ConfigMap with a key for each file; `MigrationFiles` makes one.
   * The local folder tells which key belongs to which path.
   */
  public static fromConfigMap(configMapName: string, localFolder: string): MigrationSource {
    const problems = new Problems();
    problems.check('configMapName', objectNameProblem(configMapName));
    const journal = readFolder(problems, localFolder);
    problems.throwIfAny();
    const files = journal ? journalFiles(journal) : [];
    return new MigrationSource(Path.MOUNTED_MIGRATIONS, localFolder, configMapName, journal, files);
  }

  private readonly scripts = new Map<Migration, RollbackScript | undefined>();

  private constructor(
    /** Where the folder lies in the container. */
    public readonly path: string,
    /** Where it lies at synth, if it does. */
    public readonly localFolder: string | undefined,
    /** The ConfigMap that is mounted, if the image does not hold the migrations. */
    public readonly configMapName: string | undefined,
    private readonly journal: Journal | undefined,
    /** @internal */
    public readonly _files: readonly ConfigMapFile[],
  ) {}

  /** Digest of the folder; undefined when it was not available at synth. */
  public get digest(): string | undefined {
    return this.journal?.digest;
  }

  /** Tags of the migrations in the journal's order; undefined when the folder was not available at synth. */
  public get tags(): string[] | undefined {
    return this.journal?.migrations.map((migration) => migration.tag);
  }

  /** The target that undoes only the last migration; undefined when the folder was not available at synth. */
  public get oneStepBack(): string | undefined {
    return this.tags && (this.tags.at(-2) ?? EMPTY_TARGET);
  }

  /**
   * What a schema is recognized by that has these migrations; undefined when the folder was not available at synth, or
   * is empty.
   *
   * @param last the last that it must have; by default all
   * @internal
   */
  public _expectation(last?: string): SchemaExpectation | undefined {
    const { migrations = [] } = this.journal ?? {};
    const end = last === undefined ? migrations.length : migrations.findIndex(({ tag }) => tag === last) + 1;
    return end === 0 ? undefined : expectSchema(migrations.slice(0, end));
  }

  /**
   * The rollback script beside one of its migrations.
   *
   * @throws RollbackScriptError
   * @internal
   */
  public _rollbackScript(migration: Migration): RollbackScript | undefined {
    if (this.localFolder === undefined) return undefined;
    if (!this.scripts.has(migration)) {
      this.scripts.set(migration, findRollbackScript(migration, this.localFolder));
    }
    return this.scripts.get(migration);
  }

  /** @internal */
  public get _journal(): Journal | undefined {
    return this.journal;
  }
}

function readFolder(problems: Problems, folder: string | undefined): Journal | undefined {
  if (folder === undefined) return undefined;
  try {
    return readJournal(folder);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    for (const problem of error.problems) problems.add('localFolder', `${shown(folder)}: ${problem}`);
    return undefined;
  }
}

function journalFiles(journal: Journal): ConfigMapFile[] {
  const order =
    journal.layout === '0.x'
      ? [{ path: JOURNAL_FILE, text: readFileSync(join(journal.folder, JOURNAL_FILE), 'utf8') }]
      : [];
  return filesWithKeys([...order, ...journal.migrations.map(({ file, sql }) => ({ path: file, text: sql }))]);
}

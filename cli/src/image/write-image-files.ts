import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { imageReferenceProblem } from '../../../core/image-reference';
import { type Journal, JournalError, readJournal } from '../../../core/journal';
import { GateError, GateErrors } from '../../../runner/src/errors/gate-error';
import { buildCommands } from './build-commands';
import {
  folderProblem,
  ignoreFileOf,
  renderDockerfile,
  renderIgnoreFile,
  type ServiceImage,
} from './service-image';

export interface ImageFilesOptions {
  readonly base: string;
  readonly migrations: string;
  readonly context: string;
  readonly output: string;
  /** Whether files with another content are replaced. */
  readonly force: boolean;
  /** Whether the files are printed instead of written. */
  readonly stdout: boolean;
  readonly version: string;
  /** A line about what was done. */
  readonly print: (line: string) => void;
  /** The text of the files when they are not written. */
  readonly emit: (text: string) => void;
}

/**
 * Writes the Dockerfile of an image with a project's migrations, and its ignore file.
 *
 * @throws GateError (78) with all problems, before anything is written.
 */
export function writeImageFiles(options: ImageFilesOptions): void {
  const folder = relative(resolve(options.context), resolve(options.migrations)).split(sep).join('/') || '.';
  const journal = checkedJournal(options, folder);
  const image: ServiceImage = { base: options.base, folder, version: options.version };
  const files = [
    { path: options.output, text: renderDockerfile(image) },
    { path: ignoreFileOf(options.output), text: renderIgnoreFile(image) },
  ];
  if (options.stdout) {
    options.emit(files.map(({ path, text }) => `# ${path}\n${text}`).join('\n'));
    return;
  }
  replaceFiles(files, options);
  const count = journal.migrations.length === 1 ? '1 migration' : `${journal.migrations.length} migrations`;
  options.print(
    `wrote ${files.map(({ path }) => path).join(' and ')}: ${count} of ${folder} on ${options.base}`,
  );
  options.print('build it with one of these, under a name of your own:');
  options.print(buildCommands(options.output, options.context));
  options.print(
    `in the chart: MigrationSource.fromImage({ localFolder: ${JSON.stringify(options.migrations)} }) refuses an image with other migrations (81)`,
  );
}

function checkedJournal({ base, migrations, context }: ImageFilesOptions, folder: string): Journal {
  const problems: string[] = [];
  const baseProblem = imageReferenceProblem(base, false);
  if (baseProblem) problems.push(`--base: ${baseProblem}`);
  const contextProblem = existsSync(context)
    ? undefined
    : `--context: ${JSON.stringify(context)} does not exist`;
  if (contextProblem) problems.push(`${contextProblem}; give a folder that holds the migrations`);
  const nameProblem = contextProblem ? undefined : folderProblem(folder);
  if (nameProblem) problems.push(`--migrations: ${nameProblem}`);
  try {
    const journal = readJournal(migrations, '--migrations');
    if (journal.migrations.length === 0) problems.push(`${migrations} has no migrations; generate one first`);
    if (problems.length === 0) return journal;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    problems.push(...error.named);
  }
  throw new GateErrors('CONFIG', problems);
}

interface TextFile {
  readonly path: string;
  readonly text: string;
}

function replaceFiles(files: readonly TextFile[], { force, output }: ImageFilesOptions): void {
  try {
    const others = files.filter(({ path, text }) => existsSync(path) && readFileSync(path, 'utf8') !== text);
    if (others.length > 0 && !force) {
      throw new GateErrors(
        'CONFIG',
        others.map(({ path }) => `${path} is there already, with another content`),
        'give another --output, or --force to replace it',
      );
    }
    for (const { path, text } of files) {
      mkdirSync(dirname(resolve(path)), { recursive: true });
      writeFileSync(path, text);
    }
  } catch (error) {
    const { code, path = output } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new GateError('CONFIG', `${path} can't be written (${code})`, {
      remedy: 'give an --output that can be written',
      cause: error,
    });
  }
}

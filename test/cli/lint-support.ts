import { join } from 'node:path';
import { type LintOptions, type LintResult, lint } from '../../cli/src/lint/lint';
import { type FolderMigration, journalFiles, writeFiles } from '../support/write-migrations';
import { withFolder } from './support';

export const UNASKED: Omit<LintOptions, 'folder'> = {
  ...{ tags: [], changed: undefined, squawk: false, pgVersion: undefined, exclude: [], include: [] },
  ...{ database: undefined, environment: {}, signal: new AbortController().signal },
};

/** Lints a folder with these files, without squawk unless asked for. */
export function lintFiles(
  migrations: readonly FolderMigration[],
  options: Partial<LintOptions> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<LintResult> {
  return withFolder((root) => {
    const folder = join(root, 'migrations');
    writeFiles(folder, journalFiles(migrations, files));
    return lint({ ...UNASKED, folder, ...options });
  });
}

/** One migration that has a rollback script. */
export function lintSql(sql: string, options: Partial<LintOptions> = {}): Promise<LintResult> {
  return lintFiles([{ tag: '0000_it', sql, rollback: 'select 1;' }], options);
}

export function rulesIn({ findings }: LintResult): string[] {
  return findings.map(({ rule, line }) => (line === undefined ? rule : `${rule}:${line}`));
}

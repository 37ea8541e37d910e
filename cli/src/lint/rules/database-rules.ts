import { execFile } from 'node:child_process';
import type { Journal } from '../../../../core/journal';
import { environmentOf } from '../../forward';
import { runnerBundle } from '../../runner-bundle';
import type { LintFinding } from '../finding';

interface Status {
  readonly summary: string;
  readonly migrations: readonly { readonly migration: string; readonly state: string }[];
}

/** What a database says; `failed`: it could not be asked, with the runner's exit code and words. */
export type DatabaseAnswer =
  | { readonly findings: readonly LintFinding[] }
  | { readonly failed: number; readonly why: string };

const FOUND: Readonly<Record<string, Pick<LintFinding, 'rule' | 'severity' | 'remedy'> & { what: string }>> =
  {
    edited: {
      ...{
        rule: 'edited-migration',
        severity: 'error',
        what: 'was edited after it was applied to this database',
      },
      remedy: 'restore the file as it was applied, and put the change into a new migration',
    },
    'missing file': {
      ...{
        rule: 'database-ahead',
        severity: 'warning',
        what: 'is applied to this database, and has no file here',
      },
      remedy: 'look whether the branch lacks migrations of the one that was deployed last',
    },
    duplicate: {
      ...{ rule: 'applied-twice', severity: 'warning', what: 'stands twice in the history of this database' },
      remedy: 'drizzle-gate repair shows what to do',
    },
    'out of order': {
      ...{
        rule: 'late-merge',
        severity: 'warning',
        what: 'comes before a migration that this database has already',
      },
      remedy:
        'be sure that the later ones do not need it to come first; with OUT_OF_ORDER=refuse the runner refuses it',
    },
  };

/** Compares the folder with a database, by the runner: nothing else knows the history as it does. */
export async function databaseFindings(
  { folder, migrations }: Journal,
  variables: Readonly<Record<string, string>>,
): Promise<DatabaseAnswer> {
  const { code, stdout, stderr } = await runStatus(folder, variables);
  if (code !== 0) return { failed: code, why: reasonIn(stderr) };
  const { migrations: rows } = JSON.parse(stdout) as Status;
  return {
    findings: rows.flatMap(({ migration: tag, state }) => {
      const found = FOUND[state];
      if (!found) return [];
      const { what, ...told } = found;
      const path = migrations.find((each) => each.tag === tag)?.path;
      return [{ ...told, message: `${tag} ${what}`, ...(path !== undefined && { path, line: 1 }) }];
    }),
  };
}

/** What the runner warns of besides has nothing to do with it. */
function reasonIn(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const told = lines.filter((line) => !line.startsWith('! '));
  return (told.length > 0 ? told : lines).map((line) => line.trim().replace(/^✗ /, '')).join(' ');
}

function runStatus(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    ...environmentOf({ args: ['status', '--json'], migrations: folder, variables }),
    LOG_FORMAT: 'text',
  };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [runnerBundle(), 'status', '--json'],
      { env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
  });
}

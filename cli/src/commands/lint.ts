import { appendFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ENV, EXIT } from '../../../core/contract';
import { GateError } from '../../../runner/src/errors/gate-error';
import { redact } from '../../../runner/src/errors/redact';
import { withInterrupt } from '../interrupt';
import { countOf } from '../lint/finding';
import { type LintResult, lint } from '../lint/lint';
import { renderAnnotations } from '../lint/report/annotations';
import { toDocument } from '../lint/report/json';
import { renderMarkdown } from '../lint/report/markdown';
import { renderText } from '../lint/report/text';
import { repositoryRoot } from '../selection/changed-files';
import { MIGRATIONS } from './runner-commands';

interface Options {
  readonly migrations?: string;
  readonly changed?: string | true;
  readonly database?: string;
  readonly squawk: boolean;
  readonly pgVersion?: string;
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly strict: boolean;
  readonly json: boolean;
}

const RULES = (value: string, before: readonly string[]) => [
  ...before,
  ...value.split(',').flatMap((rule) => rule.trim() || []),
];

/** Adds the check of what a migration will do, before anybody applies it. */
export function addLint(program: Command): void {
  const command = program
    .command('lint')
    .description('look for what makes migrations dangerous, and for what Drizzle does not notice')
    .argument(
      '[tags...]',
      'only these migrations, taken as applied together: tags or numbers (default: all, each by itself)',
    )
    .option(...MIGRATIONS)
    .option(
      '--changed [base]',
      'only what changed since this branch left the base (default: GITHUB_BASE_REF of origin, or origin/main)',
    )
    .option(
      '--database <url>',
      'compare with the history of this database (default: DATABASE_URL or PGHOST … if set)',
    )
    .option('--pg-version <version>', 'version of PostgreSQL for the rules of squawk')
    .option('--strict', 'warnings are a failure too', false)
    .option('--json', 'one JSON document on standard output', false)
    .action(run);
  addRules(command);
}

/** The choice of rules, which a comment on a pull request must make as the check beside it does. */
export function addRules(command: Command): void {
  command
    .option('--exclude <rules>', 'leave these rules out, separated by commas', RULES, [])
    .option('--include <rules>', 'ask for these rules about taste, separated by commas', RULES, [])
    .option('--no-squawk', 'leave the rules of squawk out');
}

async function run(tags: string[], options: Options): Promise<void> {
  const { changed, database, json, strict } = options;
  if (changed !== undefined && tags.length > 0) {
    throw new GateError('USAGE', '--changed chooses the migrations, but there are tags as well', {
      remedy: 'give one of them',
    });
  }
  const environment = process.env;
  const folder = options.migrations ?? (environment.MIGRATIONS_FOLDER || ENV.MIGRATIONS_FOLDER.default);
  const result = await withInterrupt((signal) =>
    lint({
      ...options,
      ...{ folder, tags, changed, environment, signal, pgVersion: options.pgVersion },
      database: database === undefined ? connectionOf(environment) : { DATABASE_URL: database },
    }),
  );
  const code = exitCodeOf(result, strict);
  const isOk = code === EXIT.OK.code;
  console.log(redact(json ? JSON.stringify(toDocument(result, isOk), null, 2) : renderText(result)));
  await reportToGitHub(result, environment, json);
  process.exitCode = code;
}

/** A connection that the environment names is used as it is. */
function connectionOf(environment: NodeJS.ProcessEnv): Record<string, string> | undefined {
  const names = ['DATABASE_URL', 'PGHOST'].flatMap((name) => [name, `${name}_FILE`]);
  return names.some((name) => environment[name]) ? {} : undefined;
}

function exitCodeOf({ findings, databaseFailed }: LintResult, strict: boolean): number {
  const counted = strict ? findings.length : countOf(findings, 'error');
  if (counted > 0) return EXIT.CHECKS_FAILED.code;
  return databaseFailed ?? EXIT.OK.code;
}

async function reportToGitHub(
  result: LintResult,
  environment: NodeJS.ProcessEnv,
  json: boolean,
): Promise<void> {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE } = environment;
  if (GITHUB_ACTIONS === 'true') {
    const root = (await repositoryRoot(result.folder)) ?? GITHUB_WORKSPACE;
    for (const line of renderAnnotations(result, root)) (json ? console.error : console.log)(redact(line));
  }
  if (GITHUB_STEP_SUMMARY && result.migrations.length + result.findings.length > 0) {
    appendFileSync(GITHUB_STEP_SUMMARY, redact(`### Lint\n\n${renderMarkdown(result)}\n\n`));
  }
}

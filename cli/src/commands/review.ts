import type { Command } from 'commander';
import { ENV } from '../../../core/contract';
import { GateError } from '../../../runner/src/errors/gate-error';
import { redact } from '../../../runner/src/errors/redact';
import { withInterrupt } from '../interrupt';
import { review } from '../review/review';
import { addRules } from './lint';
import { MIGRATIONS } from './runner-commands';

interface Options {
  readonly base?: string;
  readonly migrations?: string;
  readonly proof?: string;
  readonly dist?: string;
  readonly baseDist?: string;
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly squawk: boolean;
}

/** Adds the text of a comment on a pull request that brings migrations. */
export function addReview(program: Command): void {
  const command = program
    .command('review')
    .description('write a comment for a pull request: new SQL, lint, rollback proof and changed manifests')
    .option(
      '--base <base>',
      'the branch that it goes to (default: GITHUB_BASE_REF of origin, or origin/main)',
    )
    .option(...MIGRATIONS)
    .option('--proof <file>', 'what rollback prove --changed --json has written')
    .option('--base-dist <dir>', "the base's manifests; needs --dist")
    .option('--dist <dir>', "the branch's manifests; needs --base-dist")
    .action(run);
  addRules(command);
}

async function run({ base, migrations, proof, dist, baseDist, ...rules }: Options): Promise<void> {
  if ((dist === undefined) !== (baseDist === undefined)) {
    throw new GateError(
      'USAGE',
      'manifests are compared with --base-dist and --dist, and only one is given',
      {
        remedy: 'give both, or none',
      },
    );
  }
  const environment = process.env;
  const text = await withInterrupt((signal) =>
    review({
      ...{ base, proof, environment, signal, database: undefined, pgVersion: undefined, ...rules },
      folder: migrations ?? (environment.MIGRATIONS_FOLDER || ENV.MIGRATIONS_FOLDER.default),
      manifests: dist === undefined || baseDist === undefined ? undefined : { before: baseDist, after: dist },
    }),
  );
  process.stdout.write(`${redact(text)}\n`);
}

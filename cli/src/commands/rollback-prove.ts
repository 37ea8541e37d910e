import type { Command } from 'commander';
import { ENV } from '../../../core/contract';
import { GateError } from '../../../runner/src/errors/gate-error';
import { redact } from '../../../runner/src/errors/redact';
import { withInterrupt } from '../interrupt';
import { prove } from '../rollback/prove/prove';
import { annotationPrinter } from '../rollback/prove/report/annotations';
import { jsonPrinter } from '../rollback/prove/report/json';
import { printAll } from '../rollback/prove/report/printer';
import { progressPrinter } from '../rollback/prove/report/progress';
import { summaryPrinter } from '../rollback/prove/report/step-summary';
import { textPrinter } from '../rollback/prove/report/text';

interface Options {
  readonly migrations?: string;
  readonly changed?: string | true;
  readonly server?: string;
  readonly setup?: string;
  readonly data: boolean;
  readonly strict: boolean;
  readonly range: boolean;
  readonly json: boolean;
}

/** Adds the proof that every rollback script does what it promises, before the night in which it is needed. */
export function addRollbackProve(parent: Command): void {
  parent
    .command('prove')
    .description('apply, roll back, compare and apply again, on a database that exists only for it')
    .argument('[tags...]', 'only these migrations: tags or numbers (default: all)')
    .option('--migrations <dir>', 'the migrations folder (default: MIGRATIONS_FOLDER, or migrations)')
    .option(
      '--changed [base]',
      'only migrations that changed, or whose script did, since this branch left the base (default: GITHUB_BASE_REF of origin, or origin/main)',
    )
    .option('--data', 'fill the tables with rows first, and look what becomes of them', false)
    .option(
      '--strict',
      'columns in another order, and foreign keys that rows keep from being valid, are a failure',
      false,
    )
    .option('--no-range', 'do not roll back all of them in one go at the end')
    .option('--server <url>', 'make the databases on this server instead of an embedded PostgreSQL')
    .option('--setup <file>', 'SQL that runs first: roles, schemas and extensions of the hosting service')
    .option('--json', 'one JSON document on standard output, everything else on standard error', false)
    .action(run);
}

async function run(tags: string[], options: Options): Promise<void> {
  const { changed, data, json } = options;
  if (changed !== undefined && tags.length > 0) {
    throw new GateError('USAGE', '--changed chooses the migrations, but there are tags as well', {
      remedy: 'give one of them',
    });
  }
  const environment = process.env;
  const folder = options.migrations ?? (environment.MIGRATIONS_FOLDER || ENV.MIGRATIONS_FOLDER.default);
  const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${redact(text)}\n`);
  const [document, words] = [write(process.stdout), write(json ? process.stderr : process.stdout)];
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE } = environment;
  process.exitCode = await withInterrupt((signal) =>
    prove(
      {
        ...options,
        ...{ folder, tags, changed, environment, signal },
        server: options.server,
        setup: options.setup,
        tell: write(process.stderr),
      },
      (_journal, root) =>
        printAll([
          progressPrinter(write(process.stderr)),
          textPrinter(words, data),
          ...(json ? [jsonPrinter(document, folder)] : []),
          ...(GITHUB_ACTIONS === 'true' ? [annotationPrinter(words, root ?? GITHUB_WORKSPACE)] : []),
          ...(GITHUB_STEP_SUMMARY ? [summaryPrinter(GITHUB_STEP_SUMMARY, data)] : []),
        ]),
    ),
  );
}

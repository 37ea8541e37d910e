import type { Command } from 'commander';
import { ENV } from '../../../core/contract';
import { redact } from '../../../runner/src/errors/redact';
import { version } from '../../package.json';
import { withInterrupt } from '../interrupt';
import { generate } from '../rollback/generate/generate';

interface Options {
  readonly missing: boolean;
  readonly migrations?: string;
  readonly server?: string;
  readonly setup?: string;
  readonly force: boolean;
  readonly stdout: boolean;
}

export function addRollbackGenerate(parent: Command): void {
  parent
    .command('generate')
    .description('write rollback scripts from what each migration changes in the catalogs')
    .argument('[tags...]', 'tags or numbers of migrations (default: the last one)')
    .option('--missing', 'all migrations that have no script', false)
    .option('--migrations <dir>', 'the migrations folder (default: MIGRATIONS_FOLDER, or migrations)')
    .option(
      '--server <url>',
      'make the scratch databases there instead of on an embedded PostgreSQL, and drop them',
    )
    .option('--setup <file>', 'SQL that runs first: roles, schemas and extensions of the hosting service')
    .option('--force', 'write scripts anew that are there', false)
    .option('--stdout', 'print the scripts instead of writing them', false)
    .action(async (tags: string[], options: Options, command: Command) => {
      if (tags.length > 0 && options.missing) command.error('error: give tags or --missing, not both');
      process.exitCode = await withInterrupt((signal) =>
        generate({
          ...{ tags, missing: options.missing, force: options.force, stdout: options.stdout },
          migrations: options.migrations ?? (process.env.MIGRATIONS_FOLDER || ENV.MIGRATIONS_FOLDER.default),
          ...{ server: options.server, setup: options.setup, version, signal },
          print: (text) => console.log(redact(text)),
          // It holds what the migration holds; to mask a part of it would break it.
          emit: (script) => process.stdout.write(script),
          progress: (line) => console.error(redact(line)),
        }),
      );
    });
}

import type { Command } from 'commander';
import { hasCursor, paletteFor } from '../../../runner/src/terminal/palette';
import { withInterrupt } from '../interrupt';
import { ContainerLine } from '../rehearse/container-line';
import { rehearse } from '../rehearse/rehearse';

interface Options {
  readonly dist: string;
  readonly migrations?: string;
  readonly server?: string;
  readonly rollback: boolean;
  readonly verbose: boolean;
}

export function addRehearse(program: Command): void {
  program
    .command('rehearse')
    .description('run the synthesized manifests here, on a database that exists only for it')
    .option('--dist <dir>', 'folder with the synthesized manifests', 'dist')
    .option('--migrations <dir>', "rehearse another Drizzle project's migrations folder")
    .option(
      '--server <url>',
      'make the database on this server instead of an embedded PostgreSQL, and drop it again',
    )
    .option('--no-rollback', 'only migrate')
    .option('--verbose', 'repeat details that were shown before', false)
    .action(async (options: Options) => {
      const palette = paletteFor(process.stdout, process.env);
      const line = hasCursor(process.stdout, process.env)
        ? new ContainerLine(process.stdout, palette)
        : undefined;
      const print = (text: string) => console.log(text);
      process.exitCode = await withInterrupt((signal) =>
        rehearse({
          ...options,
          migrations: options.migrations,
          server: options.server,
          ...{ palette, line, signal },
          print: line ? line.above(print) : print,
        }),
      );
    });
}

import type { Command } from 'commander';
import { withInterrupt } from '../interrupt';
import { rehearse } from '../rehearse/rehearse';

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
    .action(async (options: { dist: string; migrations?: string; server?: string; rollback: boolean }) => {
      process.exitCode = await withInterrupt((signal) =>
        rehearse({
          dist: options.dist,
          migrations: options.migrations,
          server: options.server,
          rollback: options.rollback,
          print: (line) => console.log(line),
          signal,
        }),
      );
    });
}

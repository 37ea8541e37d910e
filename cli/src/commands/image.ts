import type { Command } from 'commander';
import { ENV } from '../../../core/contract';
import { version } from '../../package.json';
import { writeImageFiles } from '../image/write-image-files';
import { MIGRATIONS } from './runner-commands';

interface Options {
  readonly base: string;
  readonly migrations?: string;
  readonly context: string;
  readonly output: string;
  readonly force: boolean;
  readonly stdout: boolean;
}

export function addImage(program: Command): void {
  program
    .command('image')
    .description("write a Dockerfile that adds a project's migrations to the runner's image")
    .requiredOption('--base <image>', "the runner's image, by digest or by a tag that names a version")
    .option(...MIGRATIONS)
    .option('--context <dir>', 'folder that the image is built from', '.')
    .option(
      '--output <file>',
      'where to write it; beside it goes <file>.dockerignore',
      'Dockerfile.migrations',
    )
    .option('--force', 'replace files that are there', false)
    .option('--stdout', 'print both files instead of writing them', false)
    .action(({ migrations, ...options }: Options) => {
      writeImageFiles({
        ...{ ...options, version },
        migrations: migrations ?? (process.env.MIGRATIONS_FOLDER || ENV.MIGRATIONS_FOLDER.default),
        print: (line) => console.log(line),
        emit: (text) => void process.stdout.write(text),
      });
    });
}

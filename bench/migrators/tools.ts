import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from '../support/measure-process';
import type { Format } from './formats';

/** A program that applies migrations. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** The runner is judged against its peers; who is only shown beside them, is not judged. */
  readonly role: 'runner' | 'peer' | 'beside';
  readonly format: Format;
  /** Its table with a row for each applied migration. */
  readonly history: string;
  readonly command: (url: string, folder: string) => Command;
}

export const BENCH = fileURLToPath(new URL('..', import.meta.url));
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = `${BENCH}node_modules`;

export const RUNNER = 'drizzle-gate';
export const BUNDLE = `${ROOT}runner/dist/runner.cjs`;

/** What a process of Node costs that does nothing: the floor. */
export const FLOOR: Command = { line: [process.execPath, '-e', '0'] };

/** A bundle of the runner, started as the image starts it. */
export function runner(bundle: string, name = RUNNER): Tool {
  return {
    name,
    version: versionIn(`${ROOT}runner`),
    role: name === RUNNER ? 'runner' : 'beside',
    format: 'drizzle',
    history: 'drizzle.__drizzle_migrations',
    command: (url, folder) => ({
      line: [process.execPath, bundle, 'migrate'],
      env: { DATABASE_URL: url, MIGRATIONS_FOLDER: folder },
    }),
  };
}

/** The others, each as its documentation has it and with the options that leave out what the comparison does not need. */
export function peers(): readonly Tool[] {
  const drizzle = { format: 'drizzle', history: 'drizzle.__drizzle_migrations' } as const;
  const dbmate = {
    version: versionIn(`${MODULES}/dbmate`),
    format: 'dbmate',
    history: 'schema_migrations',
  } as const;
  const dbmateCommand = (program: readonly string[]) => (url: string, folder: string) => ({
    line: [...program, '--no-dump-schema', '--migrations-dir', folder, 'migrate'],
    env: { DATABASE_URL: url },
    cwd: folder,
  });
  return [
    {
      ...drizzle,
      name: 'drizzle-kit migrate',
      version: versionIn(`${MODULES}/drizzle-kit`),
      role: 'peer',
      command: (url, folder) => ({
        line: [
          ...[process.execPath, `${MODULES}/drizzle-kit/bin.cjs`, 'migrate'],
          ...['--config', 'migrators/peers/drizzle.config.ts'],
        ],
        env: { DATABASE_URL: url, MIGRATIONS_FOLDER: folder },
        cwd: BENCH,
      }),
    },
    {
      ...drizzle,
      name: 'drizzle-orm migrate()',
      version: versionIn(`${MODULES}/drizzle-orm`),
      role: 'peer',
      command: (url, folder) => ({
        line: [process.execPath, `${BENCH}migrators/peers/drizzle-orm.mjs`],
        env: { DATABASE_URL: url, MIGRATIONS_FOLDER: folder },
      }),
    },
    {
      name: 'node-pg-migrate',
      version: versionIn(`${MODULES}/node-pg-migrate`),
      role: 'peer',
      format: 'node-pg-migrate',
      history: 'pgmigrations',
      command: (url, folder) => ({
        line: [
          ...[process.execPath, `${MODULES}/node-pg-migrate/bin/node-pg-migrate.js`, 'up'],
          ...['--migrations-dir', folder, '--no-verbose'],
        ],
        env: { DATABASE_URL: url },
        cwd: folder,
      }),
    },
    {
      ...dbmate,
      name: 'dbmate (npm)',
      role: 'peer',
      command: dbmateCommand([process.execPath, `${MODULES}/dbmate/dist/cli.js`]),
    },
    {
      ...dbmate,
      name: 'dbmate (binary)',
      role: 'beside',
      command: dbmateCommand([dbmateBinary()]),
    },
  ];
}

/** The program that the npm package starts; some install it without Node. */
function dbmateBinary(): string {
  return `${MODULES}/@dbmate/${process.platform}-${process.arch}/bin/dbmate`;
}

function versionIn(folder: string): string {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).version;
}

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { journalFiles, writeFiles } from '../../test/support/write-migrations';
import { SERVICE } from './apps/service-name';

export interface Workspace {
  /** Compiled programs `<name>.js` and the sources beside them; below the root, for its packages. */
  readonly programs: string;
  readonly outdir: string;
  /** A migrations folder for each service. */
  readonly folders: string;
}

const MIGRATIONS_OF_EACH = 6;
const COLUMNS =
  '"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL, "name" text NOT NULL, "created_at" timestamp with time zone DEFAULT now() NOT NULL';

/**
 * Compiles the apps as their users do: the code into JavaScript, the packages as they are installed. The reference app
 * takes the library as the package that is published.
 */
export async function withWorkspace<T>(services: number, use: (it: Workspace) => Promise<T>): Promise<T> {
  mkdirSync('build', { recursive: true });
  const folder = mkdtempSync(resolve('build', 'bench-synth-'));
  const workspace = {
    programs: folder,
    outdir: join(folder, 'out'),
    folders: join(folder, 'folders'),
  };
  try {
    await compile(folder);
    for (let index = 0; index < services; index += 1) writeMigrations(workspace.folders, SERVICE(index));
    return await use(workspace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compile(folder: string): Promise<void> {
  const apps = join(import.meta.dirname, 'apps');
  for (const name of readdirSync(apps)) copyFileSync(join(apps, name), join(folder, name));
  const entryPoints = ['empty', 'config-map', 'services', 'plain'].map((name) => join(folder, `${name}.ts`));
  await build({
    entryPoints: [...entryPoints, resolve('main.ts')],
    outdir: folder,
    outbase: folder,
    entryNames: '[name]',
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    tsconfigRaw: {},
    plugins: [
      {
        name: 'published',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/lib$/ }, () => ({ path: 'drizzle-gate', external: true })),
      },
    ],
  });
}

/** Each with its rollback script, as `drizzle-kit` and `drizzle-gate rollback generate` write them. */
function writeMigrations(folders: string, service: string): void {
  const migrations = Array.from({ length: MIGRATIONS_OF_EACH }, (_, index) => {
    const tables = Array.from({ length: 3 }, (_each, table) => `"${service}_${index}_${table}"`);
    return {
      tag: `${String(index).padStart(4, '0')}_step`,
      sql: tables.map((name) => `CREATE TABLE ${name} (${COLUMNS});`).join('\n--> statement-breakpoint\n'),
      rollback: tables.map((name) => `DROP TABLE ${name};\n`).join(''),
    };
  });
  writeFiles(join(folders, service), journalFiles(migrations));
}

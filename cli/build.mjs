// Bundles the operator's command; its dependencies stay outside and come from its own package.json.
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

await build({
  entryPoints: [join(here, 'src', 'main.ts')],
  outfile: join(here, 'dist', 'drizzle-gate.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});

// `rehearse` starts the runner as a process, also where only this package is installed.
const runner = join(here, 'dist', 'runner');
rmSync(runner, { recursive: true, force: true });
cpSync(join(here, '..', 'runner', 'dist'), runner, { recursive: true });

// Bundles the runner into parts that start alone: a command loads what it needs, PostgreSQL's parser and OpenTelemetry
// for example only when they are needed.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildIdOf, ENTRY } from './build-id.mjs';
import { billOfMaterials, licensesText, packagesIn } from './licenses.mjs';
import { buildParts } from './parts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const common = {
  // Comments in the bundle name its files from here: the same bytes wherever the repository lies and npm was called.
  absWorkingDir: here,
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
};

// A file that an earlier build left here would go into the image too.
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const parts = await buildParts(common, dist);
const entry = await build({
  ...common,
  entryPoints: [join(here, 'src', 'main.ts')],
  outfile: join(dist, ENTRY),
  // Node's loader of ES modules alone takes 5 ms and 3 MB.
  format: 'cjs',
  define: { BUILD_ID: JSON.stringify(buildIdOf(dist)) },
});
// For who starts it by its other name.
writeFileSync(join(dist, 'runner.mjs'), `import './${ENTRY}';\n`);
const wasm = join(dist, 'libpg-query.wasm');
copyFileSync(createRequire(import.meta.url).resolve('libpg-query/wasm/libpg-query.wasm'), wasm);
chmodSync(wasm, 0o644);

const packages = packagesIn([...parts, entry.metafile], here);
const runner = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
writeFileSync(join(dist, 'THIRD_PARTY_LICENSES.txt'), licensesText(packages));
writeFileSync(join(dist, 'bom.cdx.json'), billOfMaterials(runner, packages));
copyFileSync(join(here, '..', 'LICENSE'), join(dist, 'LICENSE'));

// For the Node of this machine; another one compiles for itself.
const made = spawnSync(process.execPath, ['--random-seed=1', join(here, 'code-cache.mjs'), dist], {
  env: {},
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (made.status !== 0) throw new Error('the code cache was not made; look above for why');

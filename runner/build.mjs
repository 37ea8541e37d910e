// Bundles the runner into one file that starts alone; PostgreSQL's parser and OpenTelemetry stay beside it, loaded only
// when needed.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { billOfMaterials, licensesText, packagesIn } from './licenses.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const parser = dirname(createRequire(import.meta.url).resolve('libpg-query'));
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

/** cli-table3 is CommonJS and asks for Node's own modules with require, which an ES module has not. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Modules that become files of their own, because most runs never need them. */
const apart = {
  name: 'apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/open-sdk$/ }, () => ({ path: './telemetry.mjs', external: true }));
    onResolve({ filter: /\/prometheus-text$/ }, () => ({ path: './prometheus-text.mjs', external: true }));
  },
};

const telemetry = {
  ...common,
  format: 'esm',
  // The packages as ES modules where they are some, of which only what is used goes in.
  mainFields: ['module', 'main'],
};

// A file that an earlier build left here would go into the image too.
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const built = await Promise.all([
  build({
    ...common,
    entryPoints: [join(here, 'src', 'main.ts')],
    outfile: join(dist, 'runner.mjs'),
    format: 'esm',
    // The parser is loaded when a statement must be understood, not at every start.
    alias: { 'libpg-query': './sql-parser.cjs' },
    external: ['./sql-parser.cjs'],
    plugins: [apart],
    banner: { js: REQUIRE },
  }),
  build({
    ...telemetry,
    entryPoints: [join(here, 'src', 'telemetry', 'sdk', 'open-sdk.ts')],
    outfile: join(dist, 'telemetry.mjs'),
    plugins: [apart],
  }),
  build({
    ...telemetry,
    entryPoints: [join(here, 'src', 'telemetry', 'sdk', 'prometheus-text.ts')],
    outfile: join(dist, 'prometheus-text.mjs'),
  }),
  build({
    ...common,
    entryPoints: [join(parser, 'index.cjs')],
    outfile: join(dist, 'sql-parser.cjs'),
    format: 'cjs',
  }),
]);
const wasm = join(dist, 'libpg-query.wasm');
copyFileSync(join(parser, 'libpg-query.wasm'), wasm);
chmodSync(wasm, 0o644);

const packages = packagesIn(
  built.map(({ metafile }) => metafile),
  here,
);
const runner = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
writeFileSync(join(dist, 'THIRD_PARTY_LICENSES.txt'), licensesText(packages));
writeFileSync(join(dist, 'bom.cdx.json'), billOfMaterials(runner, packages));
copyFileSync(join(here, '..', 'LICENSE'), join(dist, 'LICENSE'));

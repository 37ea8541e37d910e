// Bundles the runner into one file that starts alone; PostgreSQL's parser stays beside it, loaded only when needed.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const parser = dirname(createRequire(import.meta.url).resolve('libpg-query'));
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'linked',
  logLevel: 'warning',
};

/** cli-table3 is CommonJS and asks for Node's own modules with require, which an ES module has not. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

mkdirSync(dist, { recursive: true });
await Promise.all([
  build({
    ...common,
    entryPoints: [join(here, 'src', 'main.ts')],
    outfile: join(dist, 'runner.mjs'),
    format: 'esm',
    // The parser is loaded when a statement must be understood, not at every start.
    alias: { 'libpg-query': './sql-parser.cjs' },
    external: ['./sql-parser.cjs'],
    banner: { js: REQUIRE },
  }),
  build({
    ...common,
    entryPoints: [join(parser, 'index.cjs')],
    outfile: join(dist, 'sql-parser.cjs'),
    format: 'cjs',
  }),
]);
copyFileSync(join(parser, 'libpg-query.wasm'), join(dist, 'libpg-query.wasm'));

// Cuts the runner into parts, of which a command loads only what it needs: whatever is imported with `import()` becomes a
// part of its own. They are CommonJS, which Node loads sooner than ES modules, and which can have V8's code beside them.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { inFunction } from './in-function.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** It has an ES module too, but only this one finds its WebAssembly by `__dirname`. */
const PARSER = createRequire(import.meta.url).resolve('libpg-query');

/** Parts that share nothing with the rest: each is one file, with a name that stays. */
const ALONE = {
  'sql-parser': { entry: PARSER, asked: /^libpg-query$/ },
  telemetry: { entry: 'src/telemetry/sdk/open-sdk.ts', asked: /\/open-sdk$/ },
  'prometheus-text': { entry: 'src/telemetry/sdk/prometheus-text.ts', asked: /\/prometheus-text$/ },
};

/**
 * What nearly every run loads. Each part names them all, so that what they hold lies in two files, and not in as many as
 * there are ways to share it.
 */
const ALWAYS = ['src/start.ts', 'src/commands/migrate.ts'];

/** A part is loaded by our own `require`, and what V8 keeps of it has no way to `import()`. */
const NO_IMPORT = { 'dynamic-import': false };

const alone = {
  name: 'alone',
  setup({ onResolve }) {
    for (const [name, { asked }] of Object.entries(ALONE)) {
      onResolve({ filter: asked }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: `./${name}.cjs`, external: true } : undefined,
      );
    }
  },
};

/** Whatever else is imported late begins a part. */
function late(root) {
  return {
    name: 'late',
    setup({ onResolve, onLoad, resolve: find }) {
      onResolve({ filter: /^\./ }, async ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const { path: file, errors } = await find(path, { kind: 'import-statement', resolveDir });
        return errors.length > 0 ? { errors } : { path: relative(root, file), namespace: 'part' };
      });
      onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
        contents: [
          ...ALWAYS.map((each) => `import ${JSON.stringify(`./${each}`)};`),
          `export * from ${JSON.stringify(`./${path}`)};`,
        ].join('\n'),
        resolveDir: root,
      }));
    },
  };
}

/** Node's own modules that take long to load and are seldom used: loaded when one of their functions is called. */
const SELDOM = {
  tls: `export const connect = (...args) => require('node:tls').connect(...args);
    export const createSecureContext = (...args) => require('node:tls').createSecureContext(...args);
    export default { connect };`,
  v8: "export const setFlagsFromString = (flags) => require('node:v8').setFlagsFromString(flags);",
  // The driver asks it for the time between two connections.
  os: "export default { userInfo: () => require('node:os').userInfo() };",
  'timers/promises':
    "export const setTimeout = (...args) => require('node:timers/promises').setTimeout(...args);",
  perf_hooks: 'export const performance = { now: () => Number(process.hrtime.bigint()) / 1e6 };',
};

const seldom = {
  name: 'seldom',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?(?:tls|v8|os|timers\/promises|perf_hooks)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path: path.replace('node:', ''), namespace: 'seldom' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'seldom' }, ({ path }) => ({ contents: SELDOM[path] }));
  },
};

/** What the driver has besides, and nobody here asks for: logical replication, for which it makes itself twice, and files. */
const DRIVER = /[\\/]postgres[\\/]src[\\/]index\.js$/;
const unused = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(?:subscribe|large)\.js$/ }, ({ path, importer }) =>
      DRIVER.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'export default () => undefined;' }));
  },
};

/** The one place in which text is measured, also for tables. */
const width = {
  name: 'width',
  setup({ onResolve }) {
    const ours = join(here, 'text-width.cjs');
    onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      importer === ours ? undefined : { path: ours },
    );
  },
};

/**
 * Writes the parts; `start.cjs` is the first.
 *
 * @returns esbuild's accounts of what went into them.
 */
export async function buildParts(options, outdir) {
  const common = {
    ...options,
    // The packages as ES modules where they are some, of which only what is used goes in.
    mainFields: ['module', 'main'],
  };
  const split = build({
    ...common,
    entryPoints: { start: 'src/start.ts' },
    outdir,
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    // Only for colours, which our tables have none of.
    external: ['@colors/colors/safe'],
    plugins: [alone, late(options.absWorkingDir), seldom, unused, width],
  });
  const others = Object.entries(ALONE).map(([name, { entry }]) =>
    build({
      ...common,
      entryPoints: [entry],
      outfile: join(outdir, `${name}.cjs`),
      format: 'cjs',
      supported: NO_IMPORT,
      plugins: [alone],
    }),
  );
  const built = (await Promise.all([split, ...others])).map(({ metafile }) => metafile);
  const files = moveShared(outdir, Object.keys(built[0].outputs), places(outdir, built[0]));
  await Promise.all(files.map((file) => toCommonJs(file, options.target)));
  return built;
}

/**
 * All of a part that nearly every run loads lies in a file that others share, and nothing in its own. That file takes its
 * place: to load one more takes half a millisecond.
 *
 * @returns by the name of each such file the name that it gets.
 */
function places(outdir, { outputs }) {
  const found = new Map();
  for (const [path, { entryPoint, inputs, imports, exports }] of Object.entries(outputs)) {
    if (!entryPoint || Object.values(inputs).some(({ bytesInOutput }) => bytesInOutput > 0)) continue;
    const shared = imports.find((each) =>
      exports.every((name) => outputs[each.path]?.exports.includes(name)),
    );
    // What has another name there is something else.
    const isAll = exports.length > 0 && !/ as /.test(readFileSync(join(outdir, basename(path)), 'utf8'));
    if (isAll && shared && !found.has(shared.path)) found.set(shared.path, path);
  }
  return new Map([...found].map((paths) => paths.map((path) => basename(path))));
}

/** Puts such files in their places, with what names them. */
function moveShared(outdir, files, moved) {
  for (const [from, to] of moved) renameSync(join(outdir, from), join(outdir, to));
  const left = files.map((file) => basename(file)).filter((name) => !moved.has(name));
  return left.map((name) => {
    const file = join(outdir, name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(/chunk-\w+\.cjs/g, (each) => moved.get(each) ?? each),
    );
    return file;
  });
}

/** esbuild splits ES modules only, and keeps only comments with a mark when it converts one. */
async function toCommonJs(file, target) {
  const text = readFileSync(file, 'utf8').replace(/^\/\/ (?=\.\.\/|src\/)/gm, '//! ');
  const { code } = await transform(text, {
    ...{ format: 'cjs', platform: 'node', target },
    ...{ legalComments: 'inline', supported: NO_IMPORT },
  });
  writeFileSync(file, inFunction(inAscii(withoutCopies(code.replace(/^\/\/! /gm, '// ')))));
}

/**
 * Each start would copy all that a part exports, name by name, and all of Node's own modules of which the driver asks for
 * the whole: what esbuild writes holds for modules of any kind.
 */
function withoutCopies(code) {
  return withValues(code)
    .replace(
      'var stdin_exports = {};\n',
      'var stdin_exports = __defProp(module.exports, "__esModule", { value: true });\n',
    )
    .replace('module.exports = __toCommonJS(stdin_exports);\n', '')
    .replace(
      /^\/\/ Annotate the CommonJS export names for ESM import in node:\n0 && \(module\.exports = \{[^}]*\}\);\n/m,
      '',
    )
    .replace(/__toESM\((require\("\.\/[^"]*"\))\)/g, '$1')
    .replace(/__toESM\((require\("[a-z][\w:/]*"\))\)/g, '({ __proto__: $1, default: $1 })')
    .replace(
      /(?:\(0, \w+\.__toESM\)|__toESM\d*)\(([\w$.,() ]*\(\)), 1\);/g,
      '({ __proto__: $1, default: $1 });',
    );
}

/**
 * Exports are made getters, because they may change; ours do not. As values they are set sooner, and each use of one is
 * no call.
 */
function withValues(code) {
  const [getters, list] = /^__export\(stdin_exports, \{\n(.*?)\n\}\);\n/ms.exec(code) ?? [];
  if (!getters) return code;
  const values = list.replace(/^ *(\w+): \(\) => (\w+),?$/gm, 'stdin_exports.$1 = $2;');
  if (values.includes('=>')) throw new Error(`exports are written in another way:\n${list}`);
  for (const [, name] of values.matchAll(/ = (\w+);$/gm)) assertConstant(name, code);
  return `${code.replace(getters, '')}${values}\n`;
}

/** What is exported must be set when the part is loaded, and never again. */
function assertConstant(name, code) {
  const setAgain = new RegExp(`(?<!(?:var|let|const) |[.\\w$])${name} (?:[-+*/%&|^?]{1,2}|<<|>>>?)?= `);
  if (setAgain.test(code) || /\b__esm\(/.test(code))
    throw new Error(`${name} is exported, and may change; export a function that gives it`);
}

/** esbuild leaves regular expressions and comments as they are, where the escape means the same. */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

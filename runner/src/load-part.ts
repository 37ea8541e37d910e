import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { inFunction } from '../in-function.mjs';

const folder = __dirname;

/** Set by the build: V8 compares only how long a text is, so that code of other parts must never be given to it. */
declare const BUILD_ID: string;
/** V8's code of these very parts, made with the very Node that runs now. */
const compiled = `${folder}/code-cache/${BUILD_ID}-${process.version}-${process.arch}`;

type Exports = Record<string, unknown>;
type Module = { exports: Exports };

const loaded = new Map<string, Module>();

/**
 * Loads a part of the bundle as `require` does, but spares V8 the compilation where its code lies beside. V8 sees by itself
 * whether that code fits, and compiles where it does not.
 */
export function loadPart(name: string): Exports {
  const known = loaded.get(name);
  if (known) return known.exports;
  const isPart = name.startsWith('./');
  // Each module of the sources asks for Node's own ones again, and Node takes its time to find them.
  const module: Module = { exports: isPart ? {} : (require(name) as Exports) };
  loaded.set(name, module);
  if (!isPart) return module.exports;
  const filename = `${folder}/${name.slice(2)}`;
  const cachedData = codeOf(name);
  const source = readFileSync(filename, 'utf8');
  const script = new Script(inFunction(source), { filename, ...(cachedData && { cachedData }) });
  script.runInThisContext()(module.exports, loadPart, module, filename, folder);
  return module.exports;
}

function codeOf(name: string): Buffer | undefined {
  try {
    return readFileSync(`${compiled}/${name.slice(2)}`);
  } catch {
    return undefined;
  }
}

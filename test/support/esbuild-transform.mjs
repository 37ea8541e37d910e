// Types are checked apart (npm run typecheck); here they are only left out, in a tenth of the time that TypeScript takes.
import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

const OPTIONS = { loader: 'ts', format: 'esm', target: 'node20.10', sourcemap: true };

export default {
  process(source, path) {
    const { code, map } = transformSync(source, { ...OPTIONS, sourcefile: path, tsconfigRaw: {} });
    // Modules of Node say what they load; in the library's own format, CommonJS, that may not be said.
    return { code: code.replace(/ from "[^"]+\.json"(?=;)/g, '$& with { type: "json" }'), map };
  },
  getCacheKey(source, path) {
    return createHash('sha256')
      .update(JSON.stringify([version, OPTIONS, 'json', path, source]))
      .digest('hex');
  },
};

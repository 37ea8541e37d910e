// Preloaded into the runner under test: says at the end, as the last line of standard error, what the run has loaded.
const { basename } = require('node:path');
const vm = require('node:vm');
const { syncBuiltinESMExports } = require('node:module');

const parts = [];
const scripts = [];
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    parts.push({
      name: basename(options.filename),
      bytes: source.length,
      isCompiled: this.cachedDataRejected === false,
      compiled: options.cachedData?.length ?? 0,
    });
    scripts.push(this);
  }
};
syncBuiltinESMExports();

const already = new Set(process.moduleLoadList);
process.on('exit', () => {
  // Of what was compiled meanwhile V8 would keep the code, too.
  for (const [at, script] of scripts.entries()) parts[at].atEnd = script.createCachedData().length;
  const loaded = process.moduleLoadList.filter((module) => !already.has(module));
  const modules = loaded.flatMap((module) => /^NativeModule ([^/]+(?:\/promises)?)$/.exec(module)?.[1] ?? []);
  process.stderr.write(`\n${JSON.stringify({ parts, modules })}\n`);
});

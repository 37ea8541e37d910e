// Preloaded into the runner under test: gives it the file that Kubernetes gives a container, at a path that can be written.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const { existsSync, writeFileSync } = fs;
const here = (path) => (path === '/dev/termination-log' ? process.env.TEST_TERMINATION_LOG : path);
fs.existsSync = (path) => path === '/dev/termination-log' || existsSync(path);
fs.writeFileSync = (path, ...rest) => writeFileSync(here(path), ...rest);
syncBuiltinESMExports();

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasShellcheck, lintScript, lintWorkflow, scriptsOf } from './lint';

const WORKFLOWS = ['.github/workflows', '.github/examples'].flatMap((folder) =>
  readdirSync(folder).map((name) => join(folder, name)),
);
const ACTIONS = ['action.yml'];
const SHELL_SCRIPTS = ['.ci/run', ...(existsSync('k8s') ? shellScriptsIn('k8s') : [])];

const read = (path: string) => readFileSync(path, 'utf8');
const problems: string[] = [];
for (const path of WORKFLOWS) problems.push(...(await lintWorkflow(read(path), path)));
let scripts = 0;
if (hasShellcheck()) {
  for (const path of [...WORKFLOWS, ...ACTIONS]) {
    for (const { name, script } of scriptsOf(read(path))) {
      scripts += 1;
      problems.push(...lintScript(script, `${path}, ${name}`, { isOfWorkflow: true }));
    }
  }
  for (const path of SHELL_SCRIPTS) problems.push(...lintScript(read(path), path));
  scripts += SHELL_SCRIPTS.length;
} else {
  const said =
    'no shellcheck: the scripts in the workflows were not looked at; install it (apt-get install shellcheck)';
  // A check that did not happen must not look like one that passed.
  if (process.env.CI) problems.push(said);
  else console.error(said);
}
for (const problem of problems) console.error(problem);
console.log(
  `${WORKFLOWS.length} workflows and ${scripts} shell scripts: ${problems.length === 0 ? 'clean' : `${problems.length} problems`}`,
);
process.exit(problems.length === 0 ? 0 : 1);

function shellScriptsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh'))
    .map((name) => join(folder, name));
}

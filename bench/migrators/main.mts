import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { ensureInstalled } from '../support/install';
import { compare } from './compare';
import { isMissed, judge } from './judge';
import { type Options, parseOptions, USAGE } from './options';
import { renderTerminal } from './report/terminal';
import { writeDocs } from './report/write-docs';
import type { Results } from './results';
import { BENCH, BUNDLE, peers, ROOT, runner, type Tool } from './tools';

/** With nobody to compare with, nothing has to be installed. */
function chooseTools({ peers: words, bundles }: Options): readonly Tool[] {
  const own = [runner(BUNDLE), ...bundles.map(([name, path]) => runner(path, name))];
  if (words.includes('none')) return own;
  ensureInstalled(BENCH);
  const isChosen = ({ name }: Tool) => words.length === 0 || words.some((word) => name.includes(word));
  return [...own, ...peers().filter(isChosen)];
}

async function measure(options: Options): Promise<Results> {
  const tools = chooseTools(options);
  execFileSync('npm', ['run', '--silent', 'build', '--workspace', 'runner'], { cwd: ROOT, stdio: 'inherit' });
  const { rounds, cases, roundTripsMs, isDurable } = options;
  const tell = (line: string) => console.error(line);
  const { postgres, scenes } = await compare({ tools, cases, roundTripsMs, rounds, isDurable, tell });
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${process.platform} ${process.arch}`,
    node: process.versions.node,
    ...{ postgres, isDurable, rounds, scenes },
    tools: tools.map(({ name, version, role }) => ({ name, version, role })),
  };
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  const results = options.from
    ? (JSON.parse(readFileSync(options.from, 'utf8')) as Results)
    : await measure(options);
  console.log(options.isJson ? JSON.stringify(results) : renderTerminal(results));
  if (options.isWritten) writeDocs(results);
  if (options.isChecked && judge(results).some(isMissed)) process.exitCode = 1;
}

// Only a process that ends by itself stops its server and removes its folders.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

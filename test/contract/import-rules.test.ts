import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const ROOT = process.cwd();
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

function filesOf(room: string): string[] {
  if (room.endsWith('.ts')) return [room];
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(room, name).split(sep).join('/'));
}

/** What a file imports: packages by name, and own files as paths from the root. */
function importsOf(file: string): string[] {
  const statements =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]|\brequire\(\s*['"]([^'"]+)['"]/g;
  return [...read(file).matchAll(statements)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    return name.startsWith('.')
      ? relative('.', join(dirname(file), name))
          .split(sep)
          .join('/')
      : name;
  });
}

function packagesOf(workspace: string): string[] {
  return Object.keys(JSON.parse(read(`${workspace}/package.json`)).dependencies ?? {});
}

const isNode = (name: string) => name.startsWith('node:');
const isIn = (name: string, ...rooms: string[]) =>
  rooms.some((room) => name === room || name.startsWith(`${room}/`));
const isPackage = (name: string, packages: readonly string[]) =>
  packages.some((known) => name === known || name.startsWith(`${known}/`));

const PEERS = ['cdk8s', 'cdk8s-plus-28', 'constructs'];

/** Design, section 2: which room may import what. */
const RULES: [room: string, allowed: (name: string) => boolean][] = [
  ['core', (name) => isNode(name) || isIn(name, 'core')],
  ['lib', (name) => isNode(name) || isIn(name, 'core', 'lib') || PEERS.includes(name)],
  ['main.ts', (name) => isNode(name) || name === 'lib' || name === 'cdk8s'],
  // The name of the package, as in another team's repository, or its folder here.
  ['examples', (name) => isNode(name) || ['drizzle-gate', 'yaml', ...PEERS].includes(name)],
  [
    'grafana',
    (name) =>
      isNode(name) || isIn(name, 'core', 'grafana') || isPackage(name, ['@grafana/grafana-foundation-sdk']),
  ],
  [
    'runner/src',
    (name) =>
      isNode(name) ||
      isIn(name, 'core', 'runner') ||
      isPackage(name, [...packagesOf('runner'), 'drizzle-orm']),
  ],
  [
    'cli/src',
    (name) => isNode(name) || isIn(name, 'core', 'runner', 'cli') || isPackage(name, packagesOf('cli')),
  ],
];

describe.each(RULES)('%s imports only what it may', (room, allowed) => {
  test.each(filesOf(room))('%s', (file) => {
    expect(importsOf(file).filter((name) => !allowed(name))).toEqual([]);
  });
});

test.each(filesOf('core/contract'))('%s imports nothing from outside', (file) => {
  expect(importsOf(file).filter((name) => !isIn(name, 'core/contract'))).toEqual([]);
});

test.each(filesOf('lib').filter((file) => file.endsWith('/index.ts')))('%s only exports', (file) => {
  const lines = read(file).trim().split('\n');
  expect(lines.filter((line) => !/^export (?:type )?\* from '\.\/[-a-z]+';$/.test(line))).toEqual([]);
});

/** What is loaded when a program runs: types are not, and `import()` only when it comes to it. */
function loadedFrom(name: string, code: string): ('at once' | 'when needed')[] {
  const statements = [...code.matchAll(/^(?:import|export) (?!type\b)([^;]*?)from '([^']+)'/gm)].filter(
    ([, what = '', from]) => from === name && !/^\{(\s*type \w+( as \w+)?,?)*\s*\} $/.test(what),
  );
  const calls = [...code.matchAll(/(typeof )?\bimport\('([^']+)'\)/g)].filter(
    ([, isType, from]) => from === name && !isType,
  );
  return [...statements.map(() => 'at once' as const), ...calls.map(() => 'when needed' as const)];
}

test.each(filesOf('cli/src'))('%s loads no client of Kubernetes before it is needed', (file) => {
  const ways = loadedFrom('@kubernetes/client-node', read(file));
  expect(ways).not.toContain('at once');
  if (!isIn(file, 'cli/src/cluster/client')) expect(ways).toEqual([]);
});

test('a type is not loaded, and everything else is', () => {
  const loaded = (code: string) => loadedFrom('x', code);
  expect(loaded("import type { A } from 'x';\ntype B = typeof import('x');")).toEqual([]);
  expect(loaded("import { type A, type B as C } from 'x';")).toEqual([]);
  expect(loaded("import { type A, b } from 'x';\nexport * from 'x';")).toEqual(['at once', 'at once']);
  expect(loaded("const x = await import('x');")).toEqual(['when needed']);
  expect(read('cli/src/cluster/client/open-cluster.ts')).toContain("await import('@kubernetes/client-node')");
});

test('the exported files of lib declare only classes, enums and interfaces', () => {
  const exported = filesOf('lib').filter(
    (file) => !file.includes('/internal/') && !file.endsWith('/index.ts'),
  );
  for (const file of exported) {
    const declared = [...read(file).matchAll(/^export (?!\*)(\w+)/gm)].map((match) => match[1]);
    expect(declared.filter((word) => !['class', 'enum', 'interface'].includes(word ?? ''))).toEqual([]);
  }
});

test.each(['core', 'lib', 'runner/src', 'cli/src'])('no file of %s has more than 300 lines', (room) => {
  expect(filesOf(room).filter((file) => read(file).split('\n').length > 300)).toEqual([]);
});

test('the rules see every way to import', () => {
  const here = 'test/contract/import-rules.test.ts';
  expect(importsOf(here)).toEqual(expect.arrayContaining(['node:fs', 'node:path']));
  expect(importsOf('lib/migration-job.ts')).toEqual(
    expect.arrayContaining(['cdk8s-plus-28', 'constructs', 'core/contract', 'lib/internal/gate-job']),
  );
});

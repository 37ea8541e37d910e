import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFolder } from '../cli/support';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment } from '../support/runner';

const ROOT = process.cwd();
const DIST = join(ROOT, 'runner', 'dist');

interface Loaded {
  readonly parts: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly isCompiled: boolean;
    /** Bytes of V8's code. */
    readonly compiled: number;
    /** The same at the end of the run. */
    readonly atEnd: number;
  }[];
  /** Of Node's own modules those that were not there before. */
  readonly modules: readonly string[];
}

/** Runs a command, and tells what it has loaded. */
function start(args: readonly string[], env: Record<string, string> = {}, folder = DIST) {
  const preload = ['--require', join(ROOT, 'test', 'support', 'loaded.cjs')];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...preload, join(folder, 'runner.cjs'), ...args],
    { env: { LOG_FORMAT: 'json', ...env }, encoding: 'utf8', timeout: 30_000 },
  );
  const lines = stderr.trim().split('\n');
  const loaded = JSON.parse(lines.pop() ?? '') as Loaded;
  return { status, stdout, warnings: lines.join('').trim(), ...loaded };
}

const names = ({ parts }: Loaded) => parts.map(({ name }) => name.replace(/-[0-9A-Z]{8}\./, '.'));

/** Bytes of V8's code of what the run itself had to compile. */
const added = ({ parts }: Loaded) => parts.reduce((sum, { compiled, atEnd }) => sum + atEnd - compiled, 0);

/** Some take longer to load than everything else together. */
const LATE = [
  ...[
    'tls',
    '_tls_wrap',
    'http',
    'https',
    '_http_client',
    'http2',
    'v8',
    'perf_hooks',
    'os',
    'timers/promises',
    'dns',
    'dns/promises',
  ],
  // Node's loader of ES modules.
  'module',
  ...['child_process', 'worker_threads', 'zlib', 'readline', 'inspector'],
];

test('a migrate with nothing pending loads two parts and nothing for TLS, logins to clouds, telemetry or parsing', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([{ tag: '0000_one', sql: 'create table one (id int);' }]);
    const plain = `${url}?sslmode=disable`;
    const first = start(['migrate'], environment(plain, folder));
    expect([first.status, first.warnings]).toEqual([0, '']);
    // To hold the space for new objects, for which a run that has nothing to do has no need.
    expect(first.modules).toContain('v8');
    // The build has rehearsed both. What a constant needs may differ; without the rehearsal it would be ten times as much.
    expect(added(first)).toBeLessThan(5_000);
    const second = start(['migrate'], environment(plain, folder));
    expect(added(second)).toBeLessThan(5_000);
    expect([second.status, second.warnings]).toEqual([0, '']);
    expect(names(second)).toEqual(['start.cjs', 'migrate.cjs']);
    expect(second.modules.filter((name) => LATE.includes(name))).toEqual([]);
    const bytes = second.parts.reduce((sum, part) => sum + part.bytes, 0);
    expect(bytes).toBeLessThan(600_000);
    // Of what the build left beside, V8 took everything.
    expect(second.parts.filter(({ isCompiled }) => !isCompiled)).toEqual([]);
    // Of all functions it would be more than twice as much.
    expect(second.parts.reduce((sum, { compiled }) => sum + compiled, 0)).toBeLessThan(520_000);
    const encrypted = start(['migrate'], environment(url, folder));
    expect(names(encrypted)).toEqual([...names(second), 'connecting.cjs']);
  }));

test('help loads nothing of the commands', () => {
  const help = start(['--help']);
  expect(help.status).toBe(0);
  expect(names(help)).toEqual(['start.cjs']);
});

test('code of another build is not given to V8', () =>
  withFolder((folder) => {
    cpSync(DIST, folder, { recursive: true });
    const entry = join(folder, 'runner.cjs');
    writeFileSync(entry, readFileSync(entry, 'utf8').replace(/[0-9a-f]{12}/, '0123456789ab'));
    const { status, warnings, parts } = start(['--version'], {}, folder);
    expect([status, warnings]).toEqual([0, '']);
    expect(parts.map(({ isCompiled }) => isCompiled)).toEqual([false]);
  }));

test.each<[string, (file: string) => void]>([
  ['is of another V8', (file) => writeFileSync(file, Buffer.alloc(5000, 7))],
  ['is cut off', (file) => truncateSync(file, 300)],
  ['is empty', (file) => writeFileSync(file, '')],
])("V8's code of an earlier build that %s is no reason to say a word", (_what, spoil) =>
  withFolder((folder) => {
    cpSync(DIST, folder, { recursive: true });
    const [version = ''] = readdirSync(join(folder, 'code-cache'));
    const cache = join(folder, 'code-cache', version);
    for (const name of readdirSync(cache)) spoil(join(cache, name));
    const { status, stdout, warnings, parts } = start(['--version'], {}, folder);
    expect([status, warnings]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d/);
    expect(parts.filter(({ isCompiled }) => isCompiled)).toEqual([]);
  }),
);

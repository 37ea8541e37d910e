import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = process.cwd();
const PEERS = ['cdk8s', 'cdk8s-plus-28', 'constructs'];

/** A service team's chart, once as CommonJS and once as ESM. */
const SERVICE_CHART = `
const app = new App();
const chart = new Chart(app, 'orders');
new DatabaseMigration(chart, 'Migration', {
  image: 'registry.example.com/orders/schema:1.4.2',
  credentials: DatabaseCredentials.fromUrlSecret('orders-db'),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')] }),
  migrations: MigrationSource.fromImage({ localFolder: 'migrations' }),
});
console.log(app.synthYaml());
`;
const NAMES = '{ DatabaseCredentials, DatabaseEndpoint, DatabaseMigration, DatabasePeer, MigrationSource }';
const COMMON_JS = `const { App, Chart } = require('cdk8s');\nconst ${NAMES} = require('drizzle-gate');\n${SERVICE_CHART}`;
const ESM = `import { App, Chart } from 'cdk8s';\nimport ${NAMES} from 'drizzle-gate';\n${SERVICE_CHART}`;

describe('the packed library in an empty project', () => {
  let project: string;
  let tarball: string;
  const run = (command: string, args: string[], cwd = project) =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const packed = (path: string) => readFileSync(join(project, 'node_modules/drizzle-gate', path), 'utf8');

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'drizzle-gate-consumer-'));
    rmSync(join(ROOT, 'build'), { recursive: true, force: true });
    run('npm', ['run', '--silent', 'build:lib'], ROOT);
    const [{ filename }] = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], ROOT),
    );
    tarball = join(project, filename);
    writeFileSync(join(project, 'package.json'), '{ "name": "service", "private": true }');
    run('npm', ['install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', tarball]);
    mkdirSync(join(project, 'migrations/meta'), { recursive: true });
    const entries = [{ idx: 0, version: '7', when: 1_700_000_000_000, tag: '0000_first', breakpoints: true }];
    const journal = { version: '7', dialect: 'postgresql', entries };
    writeFileSync(join(project, 'migrations/meta/_journal.json'), JSON.stringify(journal));
    writeFileSync(join(project, 'migrations/0000_first.sql'), 'CREATE TABLE t (id int);\n');
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test('nothing came along with it', () => {
    const installed = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(['drizzle-gate']);
    const manifest = JSON.parse(packed('package.json'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('optionalDependencies');
    expect(Object.keys(manifest.peerDependencies)).toEqual(PEERS);
  });

  test('it holds the constructs as one file, which loads faster than many, their types, and nothing else', () => {
    const files = run('tar', ['-tzf', tarball])
      .trim()
      .split('\n')
      .map((path) => path.replace('package/', ''));
    const types = files.filter((path) => /^build\/(lib|core)\/[-a-z/]+\.d\.ts$/.test(path));
    expect(types).toEqual(expect.arrayContaining(['build/lib/index.d.ts', 'build/core/contract/index.d.ts']));
    const others = files.filter((path) => !types.includes(path));
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    expect(others.filter((path) => !documents.includes(path))).toEqual(['build/lib/index.js']);
  });

  describe('with the peers', () => {
    const node = (file: string, source: string) => {
      writeFileSync(join(project, file), source);
      return run(process.execPath, [file]);
    };

    beforeAll(() => {
      for (const peer of PEERS)
        symlinkSync(join(ROOT, 'node_modules', peer), join(project, 'node_modules', peer));
    });

    test('it is synthesized into a service chart, the same from CommonJS and from ESM', () => {
      const yaml = node('chart.cjs', COMMON_JS);
      expect(yaml).toContain('kind: NetworkPolicy');
      expect(yaml).toMatch(/name: db-migration-[0-9a-f]{8}\n/);
      expect(node('chart.mjs', ESM)).toBe(yaml);
    });

    test('the example of the README does what it says', () => {
      const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
      const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
      node('example.mjs', example);
      const [file = ''] = readdirSync(join(project, 'dist'));
      const kinds = [...readFileSync(join(project, 'dist', file), 'utf8').matchAll(/^kind: (\w+)/gm)];
      expect(kinds.map((match) => match[1])).toEqual(
        expect.arrayContaining(['ServiceAccount', 'Role', 'RoleBinding', 'NetworkPolicy', 'Job']),
      );
    });

    test('the examples of secrets are synthesized with it', () => {
      const folder = join(ROOT, 'examples/secrets');
      const examples = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      expect(examples.length).toBeGreaterThan(5);
      for (const { name } of examples) {
        const source = readFileSync(join(folder, name, 'main.ts'), 'utf8');
        node(`${name}.mjs`, source.replace('new App()', `new App({ outdir: 'examples/${name}' })`));
        expect(readdirSync(join(project, 'examples', name))).toContain('orders.k8s.yaml');
      }
    });

    test('it loads nothing but itself, the peers and Node', () => {
      const source = `
        const { createRequire } = require('node:module');
        const { readdirSync, readFileSync } = require('node:fs');
        const root = '${join(project, 'node_modules/drizzle-gate/build')}';
        const found = readdirSync(root, { recursive: true })
          .filter((name) => name.endsWith('.js'))
          .flatMap((name) => [...readFileSync(root + '/' + name, 'utf8').matchAll(/require\\("([^."][^"]*)"\\)/g)])
          .map((match) => match[1]);
        console.log(JSON.stringify([...new Set(found)].filter((name) => !name.startsWith('node:')).sort()));`;
      expect(JSON.parse(node('requires.cjs', source))).toEqual(PEERS);
    });

    test('its types serve both kinds of project', () => {
      const typed = ESM.replace(
        'console.log(app.synthYaml());',
        'export const yaml: string = app.synthYaml();',
      );
      for (const file of ['chart.mts', 'chart.cts']) writeFileSync(join(project, file), typed);
      const options = ['--noEmit', '--strict', '--module', 'node20', '--target', 'es2022', '--skipLibCheck'];
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      expect(run(process.execPath, [tsc, ...options, 'chart.mts', 'chart.cts'])).toBe('');
    });
  });
});

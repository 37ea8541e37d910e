import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, licensesText, type Metafile, packagesIn } from '../../runner/licenses.mjs';
import { withFolder, writeFiles } from '../cli/support';

const DIST = join(process.cwd(), 'runner', 'dist');
const TEXTS = 'kept';

const bundleOf = (...paths: string[]): Metafile => ({
  outputs: { 'out.mjs': { inputs: Object.fromEntries(paths.map((path) => [path, { bytesInOutput: 1 }])) } },
});

const packageFile = (name: string, license: unknown, version = '1.0.0') =>
  JSON.stringify({ name, version, license });

/** What a bundle of these files says; the packages lie in `node_modules` of a folder of its own. */
function packagesOf(files: Record<string, string>, metafile: Metafile) {
  return withFolder((folder) => {
    writeFiles(folder, { [`${TEXTS}/Unlicense.txt`]: 'To all.', ...files });
    return packagesIn([metafile], folder, join(folder, TEXTS));
  });
}

describe('what the bundle says of the packages in it', () => {
  test('all with a byte in it, wherever they lie, by name; no others', async () => {
    const names = ['zeta', '@scope/a', 'zeta/node_modules/beta', 'unused'];
    const files = Object.fromEntries(
      names.flatMap((name) => [
        [`node_modules/${name}/package.json`, packageFile(name.split('node_modules/').pop() ?? '', 'MIT')],
        [`node_modules/${name}/LICENSE`, `Copyright of ${name}\r\nin two lines\r\n`],
      ]),
    );
    const metafile = bundleOf('src/main.ts', ...names.map((name) => `node_modules/${name}/index.js`));
    const unused = { 'node_modules/unused/index.js': { bytesInOutput: 0 } };
    const packages = await packagesOf(files, {
      outputs: { 'out.mjs': { inputs: { ...metafile.outputs['out.mjs']?.inputs, ...unused } } },
    });
    expect(packages.map(({ name }) => name)).toEqual(['@scope/a', 'beta', 'zeta']);
    expect(licensesText(packages)).toContain('Copyright of zeta/node_modules/beta\nin two lines\n');
  });

  test('a NOTICE goes along, as the Apache licence wants it', async () => {
    const files = {
      'node_modules/a/package.json': packageFile('a', 'Apache-2.0'),
      'node_modules/a/LICENSE.md': 'Apache License',
      'node_modules/a/NOTICE': 'Made by A.',
    };
    const text = licensesText(await packagesOf(files, bundleOf('node_modules/a/a.js')));
    expect(text).toMatch(/^a 1\.0\.0: Apache-2\.0\n-+\n\nApache License\n\nMade by A\.$/m);
  });

  test('who gives the work away needs no text of his own', async () => {
    const files = { 'node_modules/a/package.json': packageFile('a', 'Unlicense') };
    expect(await packagesOf(files, bundleOf('node_modules/a/a.js'))).toMatchObject([{ texts: ['To all.'] }]);
  });

  test.each([
    [
      'without a text',
      { 'node_modules/a/package.json': packageFile('a', 'MIT') },
      'a@1.0.0 goes into the bundle, but has no licence text to go with it; use a package that has one',
    ],
    [
      'under a licence that forbids something',
      { 'node_modules/a/package.json': packageFile('a', 'GPL-3.0-only'), 'node_modules/a/LICENSE': 'GPL' },
      'a@1.0.0 goes into the bundle under "GPL-3.0-only"; allowed are 0BSD, Apache-2.0,',
    ],
    [
      'under no licence',
      { 'node_modules/a/package.json': packageFile('a', undefined), 'node_modules/a/LICENSE': 'Mine' },
      'a@1.0.0 goes into the bundle under no licence; allowed are',
    ],
    [
      'whose contents were looked up for another version',
      {
        'node_modules/a/package.json': packageFile('a', 'MIT', '2.0.0'),
        'node_modules/a/LICENSE': 'MIT',
        'kept/a@1.0.0/contents.json': '[]',
      },
      'what a contains was looked up for a@1.0.0, and this is 2.0.0; look whether it is still so',
    ],
    [
      'that contains what is not allowed',
      {
        'node_modules/a/package.json': packageFile('a', 'MIT'),
        'node_modules/a/LICENSE': 'MIT',
        'kept/a@1.0.0/contents.json': '[{ "name": "c", "license": "GPL-2.0-only", "text": "c.txt" }]',
      },
      'c in a goes into the bundle under "GPL-2.0-only"',
    ],
  ])('a package %s stops the build', async (_name, files, message) => {
    await expect(packagesOf(files, bundleOf('node_modules/a/a.js'))).rejects.toThrow(message);
  });

  test('where there is a choice, one allowed licence is enough', async () => {
    const files = {
      'node_modules/a/package.json': packageFile('a', '(GPL-2.0-only OR MIT)'),
      'node_modules/a/LICENSE': 'Choose.',
    };
    const packages = await packagesOf(files, bundleOf('node_modules/a/a.js'));
    const bom = JSON.parse(billOfMaterials({ name: 'r', version: '1', license: 'MIT' }, packages));
    expect(bom.components[0].licenses).toEqual([{ expression: '(GPL-2.0-only OR MIT)' }]);
  });
});

describe('runner/dist', () => {
  const read = (name: string) => readFileSync(join(DIST, name), 'utf8');
  const bom = JSON.parse(read('bom.cdx.json'));

  test('names each package that the bundle names', () => {
    const inBundle = [
      ...readdirSync(DIST)
        .filter((name) => /\.[cm]js$/.test(name))
        .map(read)
        .join('')
        .matchAll(/^ *(?:\/\/ |")\.\.\/node_modules\/((?:@[^/]+\/)?[^/]+)/gm),
    ].map((match) => match[1]);
    const named = bom.components.map(({ name }: { name: string }) => name);
    expect(inBundle.length).toBeGreaterThan(8);
    expect([...named].sort()).toEqual([...new Set(inBundle)].sort());
    const text = read('THIRD_PARTY_LICENSES.txt');
    for (const name of named) expect(text).toMatch(new RegExp(`^${name} [0-9.]+: `, 'm'));
  });

  test('and what is compiled into the parser', () => {
    const parser = bom.components.find(({ name }: { name: string }) => name === 'libpg-query');
    const names = parser.components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['PostgreSQL', 'libpg_query', 'protobuf-c', 'xxHash']));
    expect(read('THIRD_PARTY_LICENSES.txt')).toContain('The Regents of the University of California');
  });

  test('has our own licence, and the bill of materials a serial number that no clock makes', () => {
    expect(read('LICENSE')).toContain('Apache License');
    expect(bom.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(bom.metadata).not.toHaveProperty('timestamp');
  });
});

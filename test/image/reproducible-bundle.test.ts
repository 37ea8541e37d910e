import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withFolder } from '../cli/support';
import { ROOT } from '../support/synth-main';

const DIST = join(ROOT, 'runner', 'dist');
/** What the Dockerfile copies for the build: the test proves that it is enough. */
const SOURCES = readFileSync(join(ROOT, 'runner', 'Dockerfile'), 'utf8')
  .split('\nFROM ')
  .filter((stage) => stage.includes(' AS build\n'))
  .flatMap((stage) => [...stage.matchAll(/^COPY (.+) \S+$/gm)])
  .flatMap(([, paths = '']) => paths.split(' '));

/** Only what the build reads: a whole node_modules would take longer to copy than to bundle. */
function copyRepository(to: string): void {
  const bom = JSON.parse(readFileSync(join(DIST, 'bom.cdx.json'), 'utf8'));
  // Of a scope also what the bundler reads and then leaves out.
  const bundled = bom.components.map(({ name }: { name: string }) => name.replace(/^(@[^/]+)\/.*/, '$1'));
  for (const name of new Set(['esbuild', '@esbuild', ...bundled])) {
    cpSync(join(ROOT, 'node_modules', name), join(to, 'node_modules', name), { recursive: true });
  }
  for (const source of SOURCES) {
    const filter = (path: string) => path !== DIST;
    cpSync(join(ROOT, source), join(to, source), { recursive: true, filter });
  }
}

const contentOf = (folder: string) =>
  Object.fromEntries(
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );

test('the same sources give the same bytes, wherever they lie and npm was called', () =>
  withFolder((folder) => {
    const clone = join(folder, 'a', 'deeper', 'place');
    copyRepository(clone);
    execFileSync(process.execPath, [join('runner', 'build.mjs')], { cwd: clone });
    const [here, there] = [contentOf(DIST), contentOf(join(clone, 'runner', 'dist'))];
    expect(Object.keys(there)).toEqual(Object.keys(here));
    const different = Object.keys(here).filter((name) => here[name] !== there[name]);
    expect(different).toEqual([]);
  }));

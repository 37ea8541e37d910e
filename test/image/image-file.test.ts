import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Path } from '../../core/contract';
import { ROOT } from '../support/synth-main';

const TEXT = readFileSync(join(ROOT, 'runner', 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const lines = TEXT.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

/** Instructions of a stage. */
function stage(name: string): string[] {
  const start = lines.findIndex((line) => line.startsWith('FROM ') && line.endsWith(` AS ${name}`));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('FROM '));
  return end === -1 ? rest : rest.slice(0, end);
}

test('the image starts the runner where the contract says, as a number that is not root', () => {
  expect(stage('runner')).toEqual(
    expect.arrayContaining([
      `ENTRYPOINT ["node", "${Path.IMAGE_RUNNER}"]`,
      'USER 1000:1000',
      'WORKDIR /',
      expect.stringMatching(/^COPY --from=compiled .* \/app\/ \/app\/$/),
    ]),
  );
  expect(stage('image')).toEqual([
    expect.stringMatching(new RegExp(` migrations ${Path.IMAGE_MIGRATIONS}$`)),
  ]);
});

test('nothing runs in the image itself, so that every architecture is built without emulation', () => {
  const runs = [...stage('runner'), ...stage('image')].filter((line) => line.startsWith('RUN'));
  expect(runs).toEqual([]);
});

test('what runs on the base runs on the builder itself, and needs no shell', () => {
  expect(lines).toContainEqual(expect.stringMatching(/^FROM --platform=\$BUILDPLATFORM \S+ AS compiled$/));
  const instructions = stage('compiled');
  const [run = '', ...others] = instructions.filter((line) => line.startsWith('RUN'));
  expect([JSON.parse(run.slice('RUN '.length))[0], others]).toEqual(['node', []]);
  const copied = instructions.flatMap((line) => line.match(/runner\/\S+/g) ?? []);
  expect(copied).toContain('runner/code-cache.mjs');
  const imports = copied.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return [...text.matchAll(/ from '\.\/(.*)';/g)].map(([, name]) => `runner/${name}`);
  });
  expect(imports.filter((path) => !copied.includes(path))).toEqual([]);
  expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each([
  ['a heredoc', /<<[-'"A-Z]/],
  ['--link', /--link/],
  ['a symbolic mode', /--chmod=[^0-9]/],
  ['a mount of RUN', /--mount/],
  ['a variable for a stage', /--from=\$/],
])('%s is not understood by every engine', (_name, pattern) => {
  expect(lines.filter((line) => pattern.test(line))).toEqual([]);
});

test('no other syntax is asked for: it would be fetched from a registry', () => {
  expect(TEXT).not.toMatch(/^# syntax=/m);
});

test('a file that is copied is there', () => {
  const copied = stage('build')
    .filter((line) => line.startsWith('COPY '))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect(copied).toContain('runner/package.json');
  expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

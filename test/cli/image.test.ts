import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommands } from '../../cli/src/image/build-commands';
import { folderProblem, renderDockerfile, renderIgnoreFile } from '../../cli/src/image/service-image';
import { type ImageFilesOptions, writeImageFiles } from '../../cli/src/image/write-image-files';
import { GateError, type GateErrors } from '../../runner/src/errors/gate-error';
import { journalFiles } from '../support/write-migrations';
import { drizzleGate, withFolder, writeFiles } from './support';

const BASE = `ghcr.io/acme/drizzle-gate:0.1.0@sha256:${'a'.repeat(64)}`;
const image = (folder: string) => ({ base: BASE, folder, version: '1.2.3' });
const instructions = (text: string) => text.split('\n').filter((line) => !line.startsWith('#'));

describe('the Dockerfile', () => {
  test('is the runner with the migrations, readable for every user, and leaves all else to its base', () => {
    const [from, copy, ...rest] = instructions(renderDockerfile(image('packages/db/drizzle')));
    expect(from).toBe(`FROM ${BASE}`);
    expect(copy).toBe('COPY --chown=0:0 --chmod=0755 packages/db/drizzle /app/migrations');
    expect(rest.join('\n')).toMatch(/^LABEL [^\n]*title=/);
    expect(rest.join('\n')).not.toMatch(/^(USER|ENTRYPOINT|CMD|RUN|WORKDIR|ENV)/m);
  });

  test('names a folder with a space, and the context itself', () => {
    expect(renderDockerfile(image('our db/drizzle'))).toContain(
      'COPY --chown=0:0 --chmod=0755 ["our db/drizzle","/app/migrations"]\n',
    );
    expect(renderDockerfile(image('.'))).toContain(' ./ /app/migrations\n');
  });

  test('gets only the migrations, without private files', () => {
    expect(renderIgnoreFile(image('.drizzle'))).toBe(
      [
        ...['*', '!.drizzle', '.drizzle/**/*.*', '.drizzle/**/node_modules'],
        ...['!.drizzle/**/*.sql', '!.drizzle/meta/_journal.json', ''],
      ].join('\n'),
    );
    expect(renderIgnoreFile(image('.'))).toBe(
      'Dockerfile*\n**/*.*\n**/node_modules\n!**/*.sql\n!meta/_journal.json\n',
    );
  });
});

test('a folder that a Dockerfile cannot name', () => {
  expect(folderProblem('../db')).toMatch(/"\.\.\/db" lies outside of the build context; .* --context$/);
  expect(folderProblem('a/[b]')).toMatch(/has "\[" in its name, .*; rename the folder$/);
  expect(folderProblem('$HOME')).toMatch(/has "\$" in its name/);
  expect(folderProblem('#1')).toMatch(/has "#" in its name/);
  expect(['drizzle', '.', 'our db/1#2', '..drizzle'].map(folderProblem)).toEqual(Array(4).fill(undefined));
});

test('the commands of every engine can be pasted into a shell', () => {
  const commands = buildCommands("it's/Dockerfile", '.').split('\n');
  expect(commands.filter((line) => line.includes("--file 'it'\\''s/Dockerfile' --tag "))).toHaveLength(3);
  expect(commands.join('\n')).toMatch(
    /podman build .*--timestamp 0.*\n.*buildah build .*--timestamp 0.*\n.*buildx/,
  );
});

describe('drizzle-gate image', () => {
  const migrations = [{ tag: '0000_one', sql: 'select 1' }];

  test('writes both files, says how to build them, and replaces other files only when told to', () =>
    withFolder(async (folder) => {
      const files = journalFiles(migrations) as Record<string, string>;
      writeFiles(join(folder, 'drizzle'), files);
      const output = join(folder, 'Dockerfile');
      const where = ['--context', folder, '--migrations', join(folder, 'drizzle'), '--output', output];
      const args = ['image', '--base', BASE, ...where];
      const first = await drizzleGate(args);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(first.stdout).toContain(
        `wrote ${output} and ${output}.dockerignore: 1 migration of drizzle on ${BASE}`,
      );
      expect(first.stdout).toContain(
        `--file ${output} --tag registry.example.com/team/migrations:1.4.2 ${folder}`,
      );
      expect(readFileSync(output, 'utf8')).toContain(' drizzle /app/migrations\n');
      expect(readFileSync(`${output}.dockerignore`, 'utf8')).toContain('!drizzle/**/*.sql\n');
      expect(await drizzleGate(args)).toMatchObject({ code: 0 });
      writeFiles(folder, { Dockerfile: 'FROM mine' });
      const refused = await drizzleGate(args);
      expect(refused.code).toBe(78);
      expect(refused.stderr).toBe(
        `✗ ${output} is there already, with another content (exit code 78)\n→ give another --output, or --force to replace it\n`,
      );
      expect(readFileSync(output, 'utf8')).toBe('FROM mine');
      expect(await drizzleGate([...args, '--force'])).toMatchObject({ code: 0 });
      expect(readFileSync(output, 'utf8')).toContain(`FROM ${BASE}\n`);
    }));

  test('prints both files without writing them', () =>
    withFolder((folder) => {
      const output = join(folder, 'Dockerfile');
      const { emitted, printed } = written({ output, stdout: true });
      expect(emitted).toContain(`# ${output}\n# Written by drizzle-gate`);
      expect(emitted).toContain(`\n# ${output}.dockerignore\n*\n!migrations\n`);
      expect(printed).toEqual([]);
      expect(existsSync(output)).toBe(false);
    }));

  test.each<[string, string[], RegExp]>([
    ['no base', [], /^error: required option '--base <image>' not specified\n/],
    ['an empty base', ['--base', ''], /^error: --base is empty/],
    ['an empty context', ['--base', BASE, '--context', ''], /^error: --context is empty/],
  ])('refuses %s', async (_name, args, message) => {
    const { code, stderr, stdout } = await drizzleGate(['image', ...args]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(message);
  });

  const base = (text: string) => `--base: ${text}`;
  test.each<[string, Partial<ImageFilesOptions>, (string | RegExp)[]]>([
    [
      'a base that can be another tomorrow',
      { base: 'acme/gate:latest' },
      [
        base(
          '"acme/gate:latest" has the tag "latest", which names no version; give a version ("acme/gate:1.4.2") or a digest ("acme/gate@sha256:…")',
        ),
      ],
    ],
    ['a base that is none', { base: 'https://x/y:1' }, [/^--base: .* names the registry "https:"/]],
    [
      'no such folder',
      { migrations: 'nowhere' },
      [/^nowhere: the folder does not exist .*give the folder that drizzle-kit writes as --migrations/],
    ],
    [
      'a folder outside of the context',
      { context: 'docs' },
      [/^--migrations: "\.\.\/migrations" lies outside of the build context/],
    ],
    [
      'all of it at once',
      { base: 'x', migrations: '../x$' },
      [/^--base: "x" has no tag/, /^--migrations: .* lies outside/, /^\.\.\/x\$: the folder does not exist/],
    ],
  ])('refuses %s', (_name, options, messages) => {
    const { problems, exitCode } = refusal(options) as GateErrors;
    expect(problems).toEqual(
      messages.map((message) => (typeof message === 'string' ? message : expect.stringMatching(message))),
    );
    expect(exitCode).toBe(78);
  });

  test('refuses a folder without migrations, and an output that can not be written', () =>
    withFolder((folder) => {
      writeFiles(folder, journalFiles([]) as Record<string, string>);
      expect(refusal({ migrations: folder, context: folder }).message).toMatch(
        /has no migrations; generate one first$/,
      );
      expect(refusal({ output: '/dev/null/x' }).message).toMatch(/^\/dev\/null.* can't be written \(\w+\)$/);
      expect(refusal({ output: folder }).message).toBe(`${folder} can't be written (EISDIR)`);
    }));
});

function written(options: Partial<ImageFilesOptions>) {
  const [printed, emitted]: [string[], string[]] = [[], []];
  writeImageFiles({
    ...{ base: BASE, migrations: 'migrations', context: '.', output: '/dev/null/never' },
    ...{ force: false, stdout: false, version: '1.2.3', ...options },
    print: (line) => printed.push(line),
    emit: (text) => emitted.push(text),
  });
  return { printed, emitted: emitted.join('') };
}

function refusal(options: Partial<ImageFilesOptions>): GateError {
  try {
    written(options);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

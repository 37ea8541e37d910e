import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Path } from '../../core/contract';
import { assertNoCanary, registerCanary } from '../support/canary';
import { ROOT } from '../support/synth-main';
import { BASE, OTHER_BASE } from './support/base-image';
import { buildImage } from './support/build-image';
import { copyContext } from './support/copied-context';
import { engine, engineName, inspect, tryEngine } from './support/engine';
import { referenceImage } from './support/reference-image';
import { type SavedImage, saveImage } from './support/saved-image';

const DIST = join(ROOT, 'runner', 'dist');
const IMAGE = referenceImage();
const ON_OTHER_BASE = 'localhost/drizzle-gate-test-on-other:1';
const COPY = 'localhost/drizzle-gate-test-copy:1';
const STRAY = 'stray-c0nt@iner-secret';
const MAX_BYTES = 5_000_000;

/** Starts an image as somebody does who knows nothing of it: no user, no limits, no network. */
const run = (image: string, ...args: string[]) =>
  tryEngine(['run', '--rm', '--pull=never', '--network', 'none', image, ...args]);
const inside = (image: string, script: string) =>
  engine(['run', '--rm', '--pull=never', '--network', 'none', '--entrypoint', 'node', image, '-p', script]);

registerCanary(STRAY);
let saved: SavedImage;
beforeAll(async () => {
  saved = await saveImage(IMAGE, BASE);
});

describe('the image', () => {
  test('starts without a network, and without orders says how to use it', async () => {
    expect(await run(IMAGE, '--version')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('contract'),
    });
    expect(await run(IMAGE)).toMatchObject({ code: 64 });
  });

  test('is user 1000 by itself, and begins in a folder that everybody may enter', async () => {
    expect(await inside(IMAGE, '[process.getuid(), process.getgid(), process.cwd()].join()')).toBe(
      '1000,1000,/',
    );
    const { Config } = await inspect<{ Config: Record<string, unknown> }>('image', IMAGE);
    expect(Config).toMatchObject({
      User: '1000:1000',
      Entrypoint: ['node', Path.IMAGE_RUNNER],
      Labels: { 'org.opencontainers.image.licenses': 'Apache-2.0' },
    });
    expect(Config.Cmd ?? []).toEqual([]);
  });

  test('adds the bundle, the notices and the migrations to its base, and nothing else', () => {
    const names = saved.files.filter((line) => !line.startsWith('d')).map((line) => line.split(' ')[3]);
    const bundle = (readdirSync(DIST, { recursive: true }) as string[]).filter((name) =>
      statSync(join(DIST, name)).isFile(),
    );
    for (const name of bundle) expect(names).toContain(`app/${name}`);
    const migrations = names.filter((name) => name?.startsWith('app/migrations/'));
    expect(migrations).toContain('app/migrations/meta/_journal.json');
    expect(migrations).toContain('app/migrations/rollback/0013_rollback.sql');
    const sql = /^app\/migrations\/(rollback\/)?[0-9]{4}_\w+\.sql$/;
    expect(migrations.filter((name) => !sql.test(name ?? ''))).toEqual(['app/migrations/meta/_journal.json']);
    expect(names.length - migrations.length).toBe(bundle.length);
  });

  test('can be read by every user and changed by none', () => {
    const [folder, file] = [/^drwxr-xr-x 0\/0 /, /^-rwxr-xr-x 0\/0 /];
    expect(saved.files.filter((line) => !folder.test(line) && !file.test(line))).toEqual([]);
  });

  test('is at most 5 MB larger than its base, compressed', () => {
    expect(saved.compressedBytes).toBeGreaterThan(100_000);
    expect(saved.compressedBytes).toBeLessThan(MAX_BYTES);
  });

  test('runs on a base that has node elsewhere', async () => {
    await buildImage({ tag: ON_OTHER_BASE, base: OTHER_BASE, target: 'runner' });
    expect(await run(ON_OTHER_BASE, '--version')).toMatchObject({ code: 0 });
    expect(await inside(ON_OTHER_BASE, 'process.getuid()')).toBe('1000');
    expect(await inside(ON_OTHER_BASE, "fs.existsSync('/app/migrations')")).toBe('false');
  });
});

test('the same sources elsewhere, with other modes and times and with private files beside them, make the same image', async () => {
  const folder = mkdtempSync(join(process.env.TEST_CONTAINER_FOLDER ?? '', 'clone-'));
  const context = copyContext(join(folder, 'in', 'a', 'deeper', 'folder'), STRAY);
  await buildImage({ tag: COPY, context });
  const copy = await saveImage(COPY, BASE);
  expect(copy.files).toEqual(saved.files);
  // Only podman gives all files one time; docs/image.md says what docker needs for it.
  if (engineName() === 'podman') {
    const [first, second] = await Promise.all(
      [IMAGE, COPY].map((tag) => inspect<{ Id: string }>('image', tag)),
    );
    expect(second?.Id).toBe(first?.Id);
  }
  const history = await engine(['history', '--no-trunc', COPY]);
  assertNoCanary({
    history,
    'what the engine says of it': JSON.stringify(await inspect('image', COPY)),
    'a layer, the configuration or the manifest': Buffer.concat(copy.bytes).toString('latin1'),
  });
});

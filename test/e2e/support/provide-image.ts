import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from './settings';
import { shell } from './shell';

/** The images of two releases; the migrations are mounted, so that both may be the same bytes. */
export async function provideImages(settings: Settings): Promise<[string, string]> {
  const { image, imageNext } = settings;
  if (image !== undefined && imageNext !== undefined) return [image, imageNext];
  const repository = 'registry.example.com/drizzle-gate/e2e';
  const built: [string, string] = [`${repository}:1.0.0`, `${repository}:1.1.0`];
  for (const reference of built) {
    await build(settings, reference);
    await load(settings, reference);
  }
  return built;
}

async function build({ buildImage }: Settings, reference: string): Promise<void> {
  if (buildImage !== undefined) return shell(buildImage, { IMAGE: reference });
  const command = `${engine()} build --quiet --file runner/Dockerfile --target runner --tag "$IMAGE" .`;
  return shell(command, { IMAGE: reference });
}

async function load({ loadImage }: Settings, reference: string): Promise<void> {
  if (loadImage === undefined) return;
  if (!loadImage.includes('IMAGE_ARCHIVE')) return shell(loadImage, { IMAGE: reference });
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-e2e-'));
  try {
    const archive = join(folder, 'image.tar');
    await shell(`${engine()} save --output "$IMAGE_ARCHIVE" "$IMAGE"`, {
      IMAGE: reference,
      IMAGE_ARCHIVE: archive,
    });
    await shell(loadImage, { IMAGE: reference, IMAGE_ARCHIVE: archive });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first engine that answers. */
function engine(): string {
  const wanted = process.env.CONTAINER_ENGINE;
  const found = (wanted ? [wanted] : ['docker', 'podman']).find(
    (name) => spawnSync(name, ['info'], { stdio: 'ignore' }).status === 0,
  );
  if (found === undefined) {
    throw new Error(
      'no docker and no podman answers; set E2E_IMAGE and E2E_IMAGE_NEXT to images that the nodes have, or E2E_BUILD_IMAGE',
    );
  }
  return found;
}

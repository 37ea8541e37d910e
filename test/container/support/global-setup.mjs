import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import startServer from '../../support/global-setup.mjs';

/** The server of all tests, the engine, the bases and the image under test. */
export default async function globalSetup() {
  const load = (path) => tsImport(path, import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-containers-'));
  globalThis.containerFolder = folder;
  const { chooseEngine } = await load('./choose-engine.ts');
  const { engine, env, tried } = await chooseEngine(folder);
  if (!engine) throw new Error(`no container engine:\n${tried.join('\n')}`);
  Object.assign(process.env, env, { TEST_CONTAINER_ENGINE: engine, TEST_CONTAINER_FOLDER: folder });
  await Promise.all([startServer(), buildImages(load, folder)]);
}

async function buildImages(load, folder) {
  const { buildBases } = await load('./base-image.ts');
  const { buildImage } = await load('./build-image.ts');
  const { referenceImage } = await load('./reference-image.ts');
  await buildBases(folder);
  process.env.TEST_IMAGE = referenceImage();
  await buildImage({ tag: process.env.TEST_IMAGE });
}

import { join } from 'node:path';
import { readManifest } from '../../../cli/src/rehearse/manifest';
import { ROOT } from '../../support/synth-main';

/** Tag of the image under test: that of the committed manifests, in which nothing is edited. */
export function referenceImage(): string {
  const { job } = readManifest(join(ROOT, 'dist', 'db-migration.yaml'));
  const image = job.spec.template.spec.containers[0]?.image;
  if (!image) throw new Error('dist/db-migration.yaml names no image');
  return image;
}

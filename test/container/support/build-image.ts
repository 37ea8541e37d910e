import { join } from 'node:path';
import { ROOT } from '../../support/synth-main';
import { BASE } from './base-image';
import { engine, engineName } from './engine';

export interface BuildOptions {
  readonly tag: string;
  /** The repository, or a copy. */
  readonly context?: string;
  readonly base?: string;
  readonly target?: string;
}

/** Builds the image from runner/Dockerfile as docs/image.md says, with the bundle that is built already. */
export async function buildImage({ tag, context = ROOT, base = BASE, target = 'image' }: BuildOptions) {
  const sameBytes = ['--layers=false', '--format', 'oci', '--timestamp', '0', '--identity-label=false'];
  await engine([
    ...[
      'build',
      '--no-cache',
      '--quiet',
      ...(engineName() === 'podman' ? ['--pull=never', ...sameBytes] : []),
    ],
    ...['--build-context', `bundle=${join(context, 'runner', 'dist')}`, '--build-arg', `BASE=${base}`],
    ...['--target', target, '--file', join(context, 'runner', 'Dockerfile'), '--tag', tag, context],
  ]);
}

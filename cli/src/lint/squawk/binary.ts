import { createRequire } from 'node:module';
import { GateError } from '../../../../runner/src/errors/gate-error';

/**
 * Path of squawk's program, which npm installs for this platform only.
 *
 * @throws GateError (78) where there is none: a check that is left out in silence is none.
 */
export function squawkBinary(): string {
  try {
    const { getBinaryPath } = createRequire(import.meta.url)('squawk-cli/js/index.js') as {
      getBinaryPath: () => string;
    };
    return getBinaryPath();
  } catch (error) {
    const [why = ''] = (error as Error).message.split('\n');
    throw new GateError('CONFIG', `squawk can't run here: ${why.replace(/^squawk: /, '')}`, {
      remedy:
        'install with optional dependencies (npm ci --include=optional) on Linux, macOS or Windows with glibc, or leave its rules out with --no-squawk',
      cause: error,
    });
  }
}

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const NAME = '.squawk.toml';

/** The project's own settings of squawk: those nearest to the migrations folder, or else to where we are. */
export function findConfig(folder: string): string | undefined {
  return upwards(resolve(folder)) ?? upwards(process.cwd());
}

function upwards(folder: string): string | undefined {
  const path = join(folder, NAME);
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : upwards(parent);
}

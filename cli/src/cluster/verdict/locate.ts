import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../../../runner/src/errors/place';
import type { VerdictKind } from './verdict';

/** Where a file of the image stands here; undefined where the folder is unknown, or has no such file. */
export type Locate = (file: string) => string | undefined;

/**
 * Finds what a message calls `file` in the migrations folder of this checkout. A rollback script is called by its name
 * alone, and can have that of its migration.
 */
export function locatorIn(folder: string | undefined, kind: VerdictKind): Locate {
  return (file) => {
    if (folder === undefined || file.split(/[\\/]/).includes('..')) return undefined;
    const candidates = [join(folder, 'rollback', file), join(folder, file)];
    return (kind === 'rollback' ? candidates : candidates.reverse()).find((path) => existsSync(path));
  };
}

/** The file of a migration, in whichever layout. */
export function locateMigration(tag: string, folder: string | undefined): string | undefined {
  const locate = locatorIn(folder, 'migration');
  return locate(`${tag}.sql`) ?? locate(`${tag}/migration.sql`);
}

/** What a finding says of a place. */
export function placed(place: Place | undefined, locate: Locate) {
  if (!place) return {};
  const { file, line, column } = place;
  const path = locate(file);
  return { file, line, ...(column !== undefined && { column }), ...(path !== undefined && { path }) };
}

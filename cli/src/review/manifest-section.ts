import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { GateError } from '../../../runner/src/errors/gate-error';
import { plural } from '../../../runner/src/report/plural';
import { cutLines, fenced, folded } from './fence';
import { patchOf } from './patch';

/**
 * What differs between the manifests of the base and those of the branch. The base may have none yet.
 *
 * @throws GateError (78) when the branch has no folder of manifests, of which nothing could be the same.
 */
export function renderManifests(before: string, after: string, room: number): string {
  if (!existsSync(after)) {
    throw new GateError('CONFIG', `--dist ${after} does not exist`, { remedy: 'synthesize first' });
  }
  const [old, now] = [manifestsIn(before), manifestsIn(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const changed = names.filter((name) => old.get(name) !== now.get(name));
  if (changed.length === 0) return 'The manifests are the same.';
  const each = Math.floor(room / changed.length);
  return changed
    .map((name) => {
      const cut = cutLines(patchOf(name, old.get(name) ?? '', now.get(name) ?? ''), each);
      const more = cut.left > 0 ? `\n\n… and ${plural(cut.left, 'line')} more` : '';
      const what = old.has(name) ? (now.has(name) ? '' : ' (gone)') : ' (new)';
      return folded(`${name}${what}`, `${fenced(cut.text, 'diff')}${more}`);
    })
    .join('\n');
}

/** Texts by path in the folder, with "/". */
function manifestsIn(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.ya?ml$/.test(name),
  );
  return new Map(names.map((name) => [name.split(sep).join('/'), readFileSync(join(folder, name), 'utf8')]));
}

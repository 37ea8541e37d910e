import { nameText } from '../../sql/effects/effects';
import type { Act, Named } from './act';
import type { Dependency, Going } from './dependencies';
import { followColumn } from './follow-columns';
import { changeRows, truncate } from './follow-rows';
import type { TablesFacts } from './read-columns';
import type { NamesThere } from './read-names';
import { Scene } from './scene';

/** Follows the scripts through the catalog, statement by statement. */
export function followActs(
  acts: readonly Act[],
  there: NamesThere,
  tables: TablesFacts,
  dependencies: readonly Dependency[],
): Scene {
  const scene = new Scene(there, tables, dependencies);
  let script = -1;
  for (const act of acts) {
    // The runner puts the session back between scripts.
    if (act.script !== script) scene.names.setPath(undefined);
    script = act.script;
    follow(act, scene);
  }
  return scene;
}

function follow(act: Act, scene: Scene): void {
  const { body } = act;
  const { names } = scene;
  switch (body.does) {
    case 'drop':
      dropNamed(body.objects, body.cascade, act, scene);
      break;
    case 'create':
      names.create(body.object);
      break;
    case 'rename':
      names.rename(body.object, body.to);
      break;
    case 'move':
      names.move(body.object, body.to);
      break;
    case 'set path':
      names.setPath(body.path);
      break;
    case 'truncate':
      truncate(body, act, scene);
      break;
    case 'change rows':
      changeRows(body, act, scene);
      break;
    case 'detach': {
      const parent = names.relation(body.relation)?.address;
      const child = names.relation(body.child)?.address;
      if (parent && child) scene.detach(parent, child);
      break;
    }
    default:
      followColumn(act, scene);
  }
}

function dropNamed(objects: readonly Named[], cascade: boolean, act: Act, scene: Scene): void {
  const found = objects.flatMap((object) => scene.names.find(object) ?? []);
  const roots = found.flatMap(({ address }): Going[] => (address ? [{ address, way: 'named' }] : []));
  scene.drop(roots, cascade, act);
  for (const entry of found) scene.names.drop(entry);
  for (const { space, label, name } of objects) {
    if (space === 'other')
      scene.note({ kind: 'object', what: `${label} ${nameText(name)}`, migration: act.migration });
  }
}

import type { TypeChange } from '../../sql/effects/table-change';
import type { Act } from './act';
import { CATALOG, relationAddress } from './address';
import type { Scene } from './scene';

/** Follows what ALTER TABLE does to the columns of a table and of those below it. */
export function followColumn(act: Act, scene: Scene): void {
  const { body } = act;
  if (!('relation' in body)) return;
  const oid = scene.names.relation(body.relation)?.address?.oid;
  if (oid === undefined) return;
  const columns = scene.columns.get(oid);
  switch (body.does) {
    case 'drop column':
      dropColumn(oid, body, act, scene);
      break;
    case 'drop attribute': {
      const column = scene.column(oid, body.column);
      columns?.delete(body.column);
      if (!column) break;
      scene.note({
        ...{ kind: 'object', address: relationAddress(oid, column.number), way: 'named' },
        migration: act.migration,
      });
      break;
    }
    case 'add column':
      columns?.set(body.column, { isInherited: false });
      break;
    case 'rename column':
      for (const each of [oid, ...scene.below(oid)]) {
        const names = scene.columns.get(each);
        const column = names?.get(body.column);
        if (!names || !column) continue;
        names.delete(body.column);
        names.set(body.to, column);
      }
      break;
    case 'set default': {
      const column = scene.column(oid, body.column);
      if (column) scene.dependencies.loseDefault(relationAddress(oid, column.number));
      break;
    }
    case 'change type':
      changeType(oid, body, act, scene);
      break;
    default:
  }
}

/** In the tables below, the column goes as well where they only inherit it. */
function dropColumn(
  oid: number,
  {
    column: name,
    cascade,
    only,
  }: { readonly column: string; readonly cascade: boolean; readonly only: boolean },
  act: Act,
  scene: Scene,
): void {
  const column = scene.column(oid, name);
  scene.columns.get(oid)?.delete(name);
  if (!column) return;
  const address = relationAddress(oid, column.number);
  if (scene.dependencies.isGone(address)) return;
  const inherited = (only ? [] : scene.below(oid)).flatMap((child) => {
    const there = scene.column(child, name);
    if (!there?.isInherited) return [];
    scene.columns.get(child)?.delete(name);
    return [{ address: relationAddress(child, there.number), way: 'part' } as const];
  });
  scene.drop([{ address, way: 'named' }, ...inherited], cascade, act);
}

function changeType(oid: number, change: TypeChange, { migration }: Act, scene: Scene): void {
  const column = scene.column(oid, change.column);
  if (!column) return;
  const touched = [oid, ...scene.below(oid)].flatMap((each) => {
    const there = scene.column(each, change.column);
    return there ? [relationAddress(each, there.number)] : [];
  });
  for (const address of touched) {
    // The column, its default and what else it has are put on the new type.
    scene.dependencies.detach(
      ({ dependent, on }) =>
        on.catalog === CATALOG.type && dependent.oid === address.oid && dependent.part === address.part,
    );
    scene.dependencies.loseDefault(address);
  }
  const type = scene.names.find({ space: 'type', label: 'type', name: change.type });
  const [address] = touched;
  if (!address || scene.dependencies.isGone(address)) return;
  scene.note({
    ...{ kind: 'values', address, migration, what: 'values that a change of type rewrites in' },
    counting: { by: 'values', column: address.part, only: false },
    retyped: { change, type: type?.address ? scene.entryOf(type.address) : type },
  });
}

import type { Act, ActBody, RowChange } from './act';
import { relationAddress } from './address';
import type { Scene } from './scene';

const UNKNOWN = 'how many refer to the rows that go, only the statement itself finds out';

/** TRUNCATE; with CASCADE also of the tables that refer to these, and of those that refer to them. */
export function truncate(
  { relations, cascade }: Extract<ActBody, { does: 'truncate' }>,
  { migration, command }: Act,
  scene: Scene,
): void {
  const named = relations.flatMap((relation) => scene.names.relation(relation)?.address?.oid ?? []);
  const reached = new Set(named);
  for (const oid of cascade ? reached : []) {
    for (const { from, to } of scene.tables.foreignKeys) if (to === oid) reached.add(from);
  }
  for (const oid of reached) {
    const address = relationAddress(oid);
    if (scene.dependencies.isGone(address)) continue;
    scene.note({
      ...{ kind: 'rows', address, migration, what: 'all rows of' },
      ...(!named.includes(oid) && { via: command }),
      counting: { by: 'rows', only: false },
    });
  }
}

/** DELETE, UPDATE and the like, where they reach rows that were there before. */
export function changeRows(body: RowChange, act: Act, scene: Scene): void {
  const { relation, command, removes, isWhole } = body;
  const address = scene.names.relation(relation)?.address;
  if (!address || scene.dependencies.isGone(address)) return;
  const columns = [...new Set(body.columns)].filter((name) => scene.column(address.oid, name));
  // What the scripts add themselves holds nothing that could be lost.
  if (!removes && columns.length === 0) return;
  const what = removes
    ? `rows that ${command} removes from`
    : `values of ${columns.join(', ')} that ${command} overwrites in`;
  const operation = removes ? 'Delete' : 'Update';
  scene.note({
    ...{ kind: removes ? 'rows' : 'values', address, what, migration: act.migration },
    counting: isWhole ? { by: 'rows', only: false } : { by: 'plan', statement: act.text, operation },
  });
  if (removes) deleteReferring(address.oid, act, scene);
}

/** A foreign key can take rows of other tables along, and of those that refer to them. */
function deleteReferring(oid: number, { migration, command }: Act, scene: Scene): void {
  const reached = new Set([oid]);
  for (const deleted of reached) {
    for (const { from, to, onDelete } of scene.tables.foreignKeys) {
      const address = relationAddress(from);
      if (to !== deleted || from === oid || scene.dependencies.isGone(address)) continue;
      const counting = { by: 'nothing', why: UNKNOWN } as const;
      if (onDelete === 'c') {
        reached.add(from);
        const what = 'rows that ON DELETE CASCADE removes from';
        scene.note({ kind: 'rows', address, what, migration, via: command, counting });
      } else if (onDelete === 'n' || onDelete === 'd') {
        const what = 'references that ON DELETE overwrites in';
        scene.note({ kind: 'values', address, what, migration, via: command, counting });
      }
    }
  }
}

import type { Session } from '../../database/session';
import { readColumns, readTypes } from '../../preflight/pending/read-tables';
import { type ColumnType, losesValues } from '../../preflight/pending/type-change';
import type { WrittenType } from '../../sql/effects/table-change';
import { keyOf } from './address';
import type { Entry } from './catalog-names';
import type { Description } from './describe';
import type { Draft } from './draft';
import { ENUM } from './read-create';

/** Tells which changes of type may lose values; everything else that was noted is a loss anyway. */
export async function losingColumns(
  session: Session,
  drafts: readonly Draft[],
  descriptions: ReadonlyMap<string, Description>,
): Promise<(draft: Draft) => boolean> {
  const retyped = drafts.flatMap(({ retyped: change, address }) =>
    change && address ? [{ ...change, address }] : [],
  );
  if (retyped.length === 0) return () => true;
  const before = await readColumns(session, [...new Set(retyped.map(({ address }) => String(address.oid)))]);
  const resolve = await readTypes(
    session,
    retyped.map(({ change, type }) => there(change.type, type)),
  );
  return ({ retyped: changed, address }) => {
    if (!changed || !address) return true;
    const { change, type } = changed;
    const name = descriptions.get(keyOf(address))?.relation?.column;
    const from = before.get(String(address.oid))?.get(name ?? '');
    const to = type && !type.address ? ownType(type, change.type) : resolve(there(change.type, type));
    return !from || !to || losesValues(from, to, change.by);
  };
}

/** The type under the name that the catalog has for it now. */
function there(written: WrittenType, entry: Entry | undefined): WrittenType {
  return entry ? { ...written, schema: entry.schema, name: entry.name } : written;
}

/** Of a type that the scripts make, only an enum is known well enough. */
function ownType({ label }: Entry, { name, isArray }: WrittenType): ColumnType | undefined {
  return label === ENUM ? { oid: `own ${name}`, name, kind: 'e', isArray, modifiers: [] } : undefined;
}

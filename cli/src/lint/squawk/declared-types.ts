import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal, Migration } from '../../../../core/journal';
import { type ColumnType, rewritesRows } from '../../../../runner/src/preflight/pending/type-change';
import {
  type TypeChange,
  type WrittenType,
  writtenType,
} from '../../../../runner/src/sql/effects/table-change';
import { parseStatement } from '../../../../runner/src/sql/parse';

interface SnapshotColumn {
  readonly schema?: string;
  readonly table?: string;
  readonly name?: string;
  readonly type?: string;
}

/** Types whose values PostgreSQL leaves as they are when only the length or precision grows. */
const GROWING = ['varchar', 'text', 'varbit', 'numeric', 'timestamp', 'timestamptz', 'time', 'timetz'];
const TEXTS = ['varchar', 'text'];

/**
 * Whether a change of type leaves every row as it is, as far as drizzle-kit's snapshot of the migration before tells the
 * old type. What is not certain is no.
 */
export async function leavesRows(
  journal: Pick<Journal, 'folder' | 'migrations'>,
  migration: Migration,
  { relation, column, type, by }: TypeChange,
): Promise<boolean> {
  const before = journal.migrations[migration.position - 1];
  if (!before || by === 'expression' || by === 'cast through text') return false;
  const found = columnsOf(journal.folder, before).filter(
    (each) =>
      each.table === relation.name &&
      each.name === column &&
      (relation.schema === undefined || (each.schema || 'public') === relation.schema),
  );
  const [old] = found;
  if (found.length !== 1 || old?.type === undefined) return false;
  const was = await parsedType(old.type);
  return was !== undefined && isGrowth(was, type, by);
}

function isGrowth(was: WrittenType, is: WrittenType, by: TypeChange['by']): boolean {
  if (was.isArray || is.isArray || !was.modifiers || !is.modifiers) return false;
  const isText = TEXTS.includes(was.name) && TEXTS.includes(is.name);
  if (!isText && (was.name !== is.name || !GROWING.includes(was.name))) return false;
  return !rewritesRows(asColumn(was), asColumn(is), by, { sameBytes: () => isText, isUtc: false });
}

function asColumn({ name, modifiers = [] }: WrittenType): ColumnType {
  return { oid: name, name, kind: 'b', isArray: false, modifiers };
}

async function parsedType(text: string): Promise<WrittenType | undefined> {
  const node = await parseStatement(`select null::${text}`);
  const target = node && 'SelectStmt' in node ? node.SelectStmt.targetList?.[0] : undefined;
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  return value && 'TypeCast' in value && value.TypeCast.typeName
    ? writtenType(value.TypeCast.typeName)
    : undefined;
}

function columnsOf(folder: string, { layout, tag }: Migration): SnapshotColumn[] {
  const path =
    layout === '1.x'
      ? join(folder, tag, 'snapshot.json')
      : join(folder, 'meta', `${tag.split('_')[0]}_snapshot.json`);
  try {
    const snapshot = JSON.parse(readFileSync(path, 'utf8'));
    if (Array.isArray(snapshot.ddl)) {
      return snapshot.ddl.filter(({ entityType }: { entityType?: string }) => entityType === 'columns');
    }
    return Object.values(snapshot.tables ?? {}).flatMap((table) => {
      const { schema, name, columns } = table as { schema?: string; name?: string; columns?: object };
      return Object.values(columns ?? {}).map((column) => ({ ...column, schema, table: name }));
    });
  } catch {
    return []; // What the snapshot does not tell is not known; its own faults have a rule.
  }
}

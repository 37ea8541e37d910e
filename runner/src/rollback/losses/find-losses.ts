import type { Node, RangeVar } from 'libpg-query';
import type { RollbackSettings } from '../../config/settings';
import type { Session } from '../../database/session';
import { parseStatement } from '../../sql/parse';
import { quoteIdentifier } from '../../sql/quote';
import type { UndoScript } from '../undo-script';
import type { Loss } from './loss';

interface Destroyed {
  readonly what: string;
  /** Table to count in, and the column whose values count. */
  readonly table?: string;
  readonly column?: string;
}

/** Reads the scripts with PostgreSQL's parser and counts in the database what their statements destroy. */
export async function findLosses(
  session: Session,
  scripts: readonly UndoScript[],
  _limits: Pick<RollbackSettings, 'countLimit'>,
): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const { statements, member } of scripts) {
    for (const { text } of statements) {
      const node = await parseStatement(text);
      for (const { what, table, column } of node ? destroyedBy(node) : []) {
        const rows = table === undefined ? undefined : await count(session, table, column);
        const kind = table === undefined ? 'object' : column === undefined ? 'table' : 'column';
        losses.push({ kind, what, migration: member.tag, ...(rows !== undefined && { rows }) });
      }
    }
  }
  return losses;
}

function destroyedBy(node: Node): Destroyed[] {
  if ('DropStmt' in node) {
    const kind = (node.DropStmt.removeType ?? '').replace('OBJECT_', '').toLowerCase().replaceAll('_', ' ');
    return (node.DropStmt.objects ?? []).map((object) => {
      const parts = nameParts(object);
      const what = `${kind} ${parts.join('.')}`;
      return kind === 'table' || kind === 'matview'
        ? { what, table: parts.map(quoteIdentifier).join('.') }
        : { what };
    });
  }
  if ('AlterTableStmt' in node && node.AlterTableStmt.relation) {
    const table = qualified(node.AlterTableStmt.relation);
    return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
      'AlterTableCmd' in command &&
      command.AlterTableCmd.subtype === 'AT_DropColumn' &&
      command.AlterTableCmd.name
        ? [
            {
              what: `column ${table}.${command.AlterTableCmd.name}`,
              table,
              column: command.AlterTableCmd.name,
            },
          ]
        : [],
    );
  }
  if ('TruncateStmt' in node) {
    return (node.TruncateStmt.relations ?? []).flatMap((relation) =>
      'RangeVar' in relation
        ? [{ what: `all rows of ${qualified(relation.RangeVar)}`, table: qualified(relation.RangeVar) }]
        : [],
    );
  }
  if ('DeleteStmt' in node && node.DeleteStmt.relation) {
    return [{ what: `rows that DELETE removes from ${qualified(node.DeleteStmt.relation)}` }];
  }
  if ('UpdateStmt' in node && node.UpdateStmt.relation) {
    return [{ what: `values that UPDATE overwrites in ${qualified(node.UpdateStmt.relation)}` }];
  }
  return [];
}

function qualified({ schemaname, relname }: RangeVar): string {
  return `${schemaname ? `${quoteIdentifier(schemaname)}.` : ''}${quoteIdentifier(relname ?? '')}`;
}

/** The name of a dropped object: a list of parts, a type, or a function with its arguments. */
function nameParts(object: Node): string[] {
  if ('List' in object) return (object.List.items ?? []).flatMap(nameParts);
  if ('String' in object) return [object.String.sval ?? ''];
  if ('TypeName' in object) return (object.TypeName.names ?? []).flatMap(nameParts);
  if ('ObjectWithArgs' in object) return (object.ObjectWithArgs.objname ?? []).flatMap(nameParts);
  return [];
}

async function count(session: Session, table: string, column?: string): Promise<number | undefined> {
  const [there] = await session.query<{ there: boolean }>(
    `select exists (
       select from pg_class c where c.oid = to_regclass($1)
          and ($2::text is null or exists (
            select from pg_attribute a where a.attrelid = c.oid and a.attname = $2 and not a.attisdropped))
     ) as there`,
    [table, column ?? null],
  );
  if (!there?.there) return undefined;
  const [row] = await session.query<{ rows: string }>(
    `select count(${column === undefined ? '*' : quoteIdentifier(column)}) as rows from ${table}`,
  );
  return Number(row?.rows);
}

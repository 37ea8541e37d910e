import type { AlterTableCmd, ColumnDef, Node, TypeName } from 'libpg-query';
import { nameParts, type QualifiedName } from '../node-values';

/** A type as a statement writes it. */
export interface WrittenType {
  readonly schema: string | undefined;
  readonly name: string;
  readonly isArray: boolean;
  /** Length, precision and scale; undefined where they are no plain numbers. */
  readonly modifiers: readonly number[] | undefined;
}

/** A type that a statement makes, or gives its name to. */
export interface CreatedType {
  readonly name: string;
  readonly isEnum: boolean;
}

export interface TypeChange {
  readonly does: 'change type';
  readonly relation: QualifiedName;
  readonly column: string;
  readonly type: WrittenType;
  /**
   * How the values get there: as by an assignment, by a cast of the column to the type, by one through text (the way from
   * one enum to another), or by another expression.
   */
  readonly by: 'assignment' | 'cast' | 'cast through text' | 'expression';
}

/** What a statement does to a table, beyond its text: who else is concerned, and how, the catalog tells. */
export type TableChange =
  | TypeChange
  | ({ readonly relation: QualifiedName } & (
      | { readonly does: 'add column'; readonly column: string; readonly type: WrittenType | undefined }
      | { readonly does: 'drop column'; readonly column: string; readonly cascade: boolean }
      | { readonly does: 'rename column'; readonly column: string; readonly to: string }
      | { readonly does: 'drop constraint'; readonly constraint: string; readonly cascade: boolean }
      | { readonly does: 'drop table' | 'truncate'; readonly cascade: boolean }
    ));

/** The change that a command of ALTER TABLE makes, where it is one. */
export function tableChangeOf(command: AlterTableCmd, relation: QualifiedName): TableChange | undefined {
  const { subtype, name = '', def, behavior } = command;
  const cascade = behavior === 'DROP_CASCADE';
  const definition: ColumnDef | undefined = def && 'ColumnDef' in def ? def.ColumnDef : undefined;
  const type = definition?.typeName && writtenType(definition.typeName);
  switch (subtype) {
    case 'AT_AddColumn':
      return definition && { does: 'add column', relation, column: definition.colname ?? '', type };
    case 'AT_DropColumn':
      return { does: 'drop column', relation, column: name, cascade };
    case 'AT_DropConstraint':
      return { does: 'drop constraint', relation, constraint: name, cascade };
    case 'AT_AlterColumnType':
      return (
        type && { does: 'change type', relation, column: name, type, by: way(name, definition?.raw_default) }
      );
    default:
      return undefined;
  }
}

export function writtenType(type: TypeName): WrittenType {
  const parts = (type.names ?? []).flatMap(nameParts);
  const modifiers = (type.typmods ?? []).map((node) =>
    'A_Const' in node && 'ival' in node.A_Const ? (node.A_Const.ival?.ival ?? 0) : Number.NaN,
  );
  return {
    schema: parts.at(-2),
    name: parts.at(-1) ?? '',
    isArray: (type.arrayBounds ?? []).length > 0,
    modifiers: modifiers.some(Number.isNaN) ? undefined : modifiers,
  };
}

function way(column: string, using: Node | undefined): TypeChange['by'] {
  if (!using || isColumn(column, using)) return 'assignment';
  if (!('TypeCast' in using)) return 'expression';
  const { arg } = using.TypeCast;
  if (isColumn(column, arg)) return 'cast';
  return arg && 'TypeCast' in arg && isText(arg.TypeCast.typeName) && isColumn(column, arg.TypeCast.arg)
    ? 'cast through text'
    : 'expression';
}

function isText(type: TypeName | undefined): boolean {
  return type !== undefined && writtenType(type).name === 'text';
}

function isColumn(column: string, node: Node | undefined): boolean {
  const last = node && 'ColumnRef' in node ? node.ColumnRef.fields?.at(-1) : undefined;
  return last !== undefined && 'String' in last && last.String.sval === column;
}

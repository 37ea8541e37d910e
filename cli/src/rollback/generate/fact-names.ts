import type { Fact, StableId } from '@supabase/pg-delta/core';
import { quoteIdentifier, quoteLiteral } from '../../../../runner/src/sql/quote';

/** Written out, because the library's union has one member for several kinds. */
export interface ColumnId {
  kind: 'column';
  schema: string;
  table: string;
  name: string;
}

export type ColumnFact = Fact & { readonly id: ColumnId };

export function isColumn(fact: Fact | undefined): fact is ColumnFact {
  return fact?.id.kind === 'column';
}

/** What has columns and is made by a statement of its own. */
export interface TableId {
  kind: 'table' | 'foreignTable';
  schema: string;
  name: string;
}

export type TableFact = Fact & { readonly id: TableId };

export function isTable(fact: Fact | undefined): fact is TableFact {
  return fact?.id.kind === 'table' || fact?.id.kind === 'foreignTable';
}

/** The column that a sequence belongs to. */
export interface SequenceOwner {
  schema: string;
  table: string;
  column: string;
}

/** Undefined for what is no sequence, and for one that belongs to nothing. */
export function ownerOf(fact: Fact | undefined): SequenceOwner | undefined {
  return (fact?.payload.ownedBy as SequenceOwner | null | undefined) ?? undefined;
}

/** A name as statements write it. */
export function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A text as statements write it; as plainly as it can be. */
export function literal(text: string): string {
  return text.includes('\\') ? quoteLiteral(text) : `'${text.replaceAll("'", "''")}'`;
}

/** A name as people read it: the schema `public` goes without saying. */
export function shown(schema: string, name: string): string {
  return schema === 'public' ? quoteIdentifier(name) : qualified(schema, name);
}

export function shownColumn({ schema, table, name }: ColumnId): string {
  return `${shown(schema, table)}.${quoteIdentifier(name)}`;
}

const WORDS: Partial<Record<StableId['kind'], string>> = {
  materializedView: 'materialized view',
  foreignTable: 'foreign table',
  eventTrigger: 'event trigger',
  fdw: 'foreign data wrapper',
  typeAttribute: 'attribute',
  acl: 'privileges on',
  comment: 'comment on',
  securityLabel: 'security label on',
  defaultPrivilege: 'default privileges',
  publicationRel: 'published table',
  publicationSchema: 'published schema',
  userMapping: 'user mapping',
};

const DEFAULTS_OF: Readonly<Record<string, string>> = {
  r: 'tables',
  S: 'sequences',
  f: 'functions',
  T: 'types',
  n: 'schemas',
  L: 'large objects',
};

/** An object as people name it: its kind, then its name. */
export function describe(id: StableId): string {
  const word = WORDS[id.kind] ?? id.kind;
  if ('target' in id) return `${word} ${describe(id.target)}`;
  if (id.kind === 'defaultPrivilege') {
    const whose = id.grantee === 'PUBLIC' ? id.grantee : quoteIdentifier(id.grantee);
    const where = id.schema === null ? '' : ` in schema ${quoteIdentifier(id.schema)}`;
    return `${word} of ${whose} on ${DEFAULTS_OF[id.objtype] ?? id.objtype}${where}`;
  }
  if (id.kind === 'column') return `${word} ${shownColumn({ ...id, kind: 'column' })}`;
  if (id.kind === 'default') return `default of ${shown(id.schema, id.table)}.${quoteIdentifier(id.name)}`;
  if (id.kind === 'typeAttribute') return `${word} ${shown(id.schema, id.type)}.${quoteIdentifier(id.name)}`;
  if (id.kind === 'publicationRel')
    return `${word} ${shown(id.schema, id.table)} of ${quoteIdentifier(id.publication)}`;
  if ('table' in id)
    return `${word} ${quoteIdentifier('name' in id ? id.name : '')} of ${shown(id.schema, id.table)}`;
  if ('args' in id) return `${word} ${shown(id.schema, id.name)}(${id.args.join(', ')})`;
  if ('schema' in id && 'name' in id) return `${word} ${shown(id.schema, id.name)}`;
  return 'name' in id ? `${word} ${quoteIdentifier(id.name)}` : word;
}

import type { RangeVar } from 'libpg-query';
import { type QualifiedName, relationName } from '../node-values';
import { type LockMode, strongest } from './lock-mode';
import type { CreatedType, TableChange, TypeChange } from './table-change';

export interface RelationLock {
  readonly relation: QualifiedName;
  readonly mode: LockMode;
  /** `index`: the name is an index, and the lock is on its table. */
  readonly of: 'relation' | 'index';
}

export interface Destroyed {
  /** For example `column users.email`. */
  readonly what: string;
  /** The relation that it was in, where there is one. */
  readonly relation?: QualifiedName;
  /** Columns of the relation: nothing is lost where none of them is there. */
  readonly columns?: readonly string[];
  /** The change that loses something only for some types. */
  readonly retyped?: TypeChange;
  /** How many of the statement's table changes come before it. */
  readonly after: number;
}

export interface Rename {
  readonly from: QualifiedName;
  readonly to: QualifiedName;
}

/**
 * What a person must know of a statement before it runs, as far as its text tells: no catalog is asked, so locks on
 * partitions, and on views that only CASCADE leads to, are missing. What tables a foreign key leads to, and what a new
 * type does to a column, the catalog must tell from `tableChanges`.
 */
export interface StatementEffects {
  /** The strongest lock on each relation; those of plain reads are left out. */
  readonly locks: readonly RelationLock[];
  readonly destroys: readonly Destroyed[];
  /** `few`: only rows that the statement itself lists. */
  readonly changesData: 'nothing' | 'few' | 'many';
  /** Tables that are surely written anew, row by row, under their lock. */
  readonly rewrites: readonly QualifiedName[];
  /** Relations that were surely not there before. */
  readonly creates: readonly QualifiedName[];
  /** Whether the parser, which was asked, could not read it. */
  readonly isUnread: boolean;
  /** Relations that get another name or schema: under it, they are not new. */
  readonly renames: readonly Rename[];
  /** Types that were surely not there before, by their own name. */
  readonly createsTypes: readonly CreatedType[];
  /** In the order in which they happen. */
  readonly tableChanges: readonly TableChange[];
  /** What can't be told beforehand, for example `EXECUTE in a DO block`. */
  readonly unknown: readonly string[];
}

/** Gathers effects; the functions that read parse trees add what they find. */
export class EffectsCollector implements StatementEffects {
  readonly locks: RelationLock[] = [];
  readonly destroys: Destroyed[] = [];
  changesData: StatementEffects['changesData'] = 'nothing';
  readonly rewrites: QualifiedName[] = [];
  readonly creates: QualifiedName[] = [];
  isUnread = false;
  readonly renames: Rename[] = [];
  readonly createsTypes: CreatedType[] = [];
  readonly tableChanges: TableChange[] = [];
  readonly unknown: string[] = [];

  lock(on: RangeVar | QualifiedName | undefined, mode: LockMode, of: RelationLock['of'] = 'relation'): void {
    if (!on) return;
    const relation = 'name' in on ? on : relationName(on as RangeVar);
    // The statement made it itself.
    if (this.creates.some((created) => isSame(created, relation))) return;
    const index = this.locks.findIndex((lock) => lock.of === of && isSame(lock.relation, relation));
    const before = this.locks[index];
    if (before) this.locks[index] = { ...before, mode: strongest(before.mode, mode) };
    else this.locks.push({ relation, mode, of });
  }

  destroy(what: string, relation?: QualifiedName, only: Pick<Destroyed, 'columns' | 'retyped'> = {}): void {
    this.destroys.push({ what, ...(relation && { relation }), ...only, after: this.tableChanges.length });
  }

  change(amount: 'few' | 'many'): void {
    if (this.changesData !== 'many') this.changesData = amount;
  }
}

export function isSame(a: QualifiedName, b: QualifiedName): boolean {
  return a.name === b.name && a.schema === b.schema;
}

/** A name as a person writes it. */
export function nameText({ schema, name }: QualifiedName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

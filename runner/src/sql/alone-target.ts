import type { AlterTableStmt, DropStmt, Node, ReindexStmt } from 'libpg-query';
import { hasOption, listName, optionOf, type QualifiedName, relationName } from './node-values';

/** What a resumed run looks up in the catalog to learn whether a statement outside a transaction was done. */
export type AloneTarget =
  /** The index is made in the schema of its table; without a name the server picks one. */
  | {
      readonly command: 'create index';
      readonly name: string | undefined;
      readonly table: QualifiedName;
    }
  /** The server refuses more than one at a time; then none is named here. */
  | {
      readonly command: 'drop index';
      readonly index: QualifiedName | undefined;
      readonly ifExists: boolean;
    }
  | {
      readonly command: 'detach partition';
      readonly parent: QualifiedName;
      readonly partition: QualifiedName;
    }
  | { readonly command: 'reindex'; readonly concurrently: boolean }
  /** Told by what the server says when it is made or dropped twice. */
  | { readonly command: 'create database' | 'create tablespace' | 'create subscription' }
  | { readonly command: 'drop database' | 'drop tablespace' | 'drop subscription' }
  /** Sets what it says, however often it is run: VACUUM, CLUSTER, ALTER SYSTEM, DISCARD ALL and the like. */
  | { readonly command: 'repeatable' };

export interface Alone {
  /** Name of the command, for people. */
  readonly what: string;
  readonly target: AloneTarget;
}

const REPEATABLE: AloneTarget = { command: 'repeatable' };

/**
 * Says of a statement that PostgreSQL 14 to 18 calls PreventInTransactionBlock for it, as far as its text tells.
 * What only the catalog tells counts as transactional, because nearly always it is: REINDEX and CLUSTER of a
 * *partitioned* table or index. The server then answers 25001.
 */
export function aloneOf(node: Node): Alone | undefined {
  return indexCommand(node) ?? maintenance(node) ?? databaseCommand(node) ?? subscriptionCommand(node);
}

function indexCommand(node: Node): Alone | undefined {
  if ('IndexStmt' in node && node.IndexStmt.concurrent) {
    const { idxname, relation } = node.IndexStmt;
    const table = relationName(relation ?? {});
    return {
      what: 'CREATE INDEX CONCURRENTLY',
      target: { command: 'create index', name: idxname, table },
    };
  }
  if ('DropStmt' in node && node.DropStmt.concurrent) {
    return { what: 'DROP INDEX CONCURRENTLY', target: dropIndex(node.DropStmt) };
  }
  if ('ReindexStmt' in node) return reindex(node.ReindexStmt);
  return 'AlterTableStmt' in node ? detach(node.AlterTableStmt) : undefined;
}

function dropIndex({ objects = [], missing_ok }: DropStmt): AloneTarget {
  const [object] = objects;
  const index = object && objects.length === 1 ? listName(object) : undefined;
  return { command: 'drop index', index, ifExists: missing_ok === true };
}

const SCOPES = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_DATABASE: 'database',
} as const;

function reindex({ kind, params }: ReindexStmt): Alone | undefined {
  const concurrently = optionOf(params, 'concurrently', false);
  const scope = SCOPES[kind ?? 'REINDEX_OBJECT_TABLE'];
  const many = scope === 'schema' || scope === 'system' || scope === 'database';
  if (!concurrently && !many) return undefined;
  return {
    what: concurrently ? 'REINDEX CONCURRENTLY' : `REINDEX ${scope.toUpperCase()}`,
    target: { command: 'reindex', concurrently },
  };
}

function detach({ relation, cmds }: AlterTableStmt): Alone | undefined {
  for (const command of cmds ?? []) {
    if (!('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_DetachPartition') continue;
    const definition = command.AlterTableCmd.def;
    if (!definition || !('PartitionCmd' in definition) || !definition.PartitionCmd.concurrent) continue;
    const partition = relationName(definition.PartitionCmd.name ?? {});
    return {
      what: 'ALTER TABLE … DETACH PARTITION CONCURRENTLY',
      target: { command: 'detach partition', parent: relationName(relation ?? {}), partition },
    };
  }
  return undefined;
}

function maintenance(node: Node): Alone | undefined {
  const repeatable = (what: string): Alone => ({ what, target: REPEATABLE });
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd ? repeatable('VACUUM') : undefined;
  if ('ClusterStmt' in node)
    return node.ClusterStmt.relation ? undefined : repeatable('CLUSTER of all tables');
  if ('AlterSystemStmt' in node) return repeatable('ALTER SYSTEM');
  if ('DiscardStmt' in node)
    return node.DiscardStmt.target === 'DISCARD_ALL' ? repeatable('DISCARD ALL') : undefined;
  return undefined;
}

function databaseCommand(node: Node): Alone | undefined {
  if ('CreatedbStmt' in node) {
    return { what: 'CREATE DATABASE', target: { command: 'create database' } };
  }
  if ('DropdbStmt' in node) {
    return { what: 'DROP DATABASE', target: { command: 'drop database' } };
  }
  if ('AlterDatabaseStmt' in node && hasOption(node.AlterDatabaseStmt.options, 'tablespace')) {
    return { what: 'ALTER DATABASE … SET TABLESPACE', target: REPEATABLE };
  }
  if ('CreateTableSpaceStmt' in node) {
    return { what: 'CREATE TABLESPACE', target: { command: 'create tablespace' } };
  }
  if ('DropTableSpaceStmt' in node) {
    return { what: 'DROP TABLESPACE', target: { command: 'drop tablespace' } };
  }
  return undefined;
}

function subscriptionCommand(node: Node): Alone | undefined {
  if ('CreateSubscriptionStmt' in node) {
    const { options } = node.CreateSubscriptionStmt;
    // Only a slot that is made on the publisher can't be undone.
    if (!optionOf(options, 'create_slot', optionOf(options, 'connect', true))) return undefined;
    return { what: 'CREATE SUBSCRIPTION', target: { command: 'create subscription' } };
  }
  if ('DropSubscriptionStmt' in node) {
    return { what: 'DROP SUBSCRIPTION', target: { command: 'drop subscription' } };
  }
  if (!('AlterSubscriptionStmt' in node)) return undefined;
  const { kind, options } = node.AlterSubscriptionStmt;
  switch (kind) {
    case 'ALTER_SUBSCRIPTION_REFRESH':
      return { what: 'ALTER SUBSCRIPTION … REFRESH', target: REPEATABLE };
    case 'ALTER_SUBSCRIPTION_SET_PUBLICATION':
    case 'ALTER_SUBSCRIPTION_ADD_PUBLICATION':
    case 'ALTER_SUBSCRIPTION_DROP_PUBLICATION':
      return optionOf(options, 'refresh', true)
        ? { what: 'ALTER SUBSCRIPTION with refresh', target: REPEATABLE }
        : undefined;
    case 'ALTER_SUBSCRIPTION_OPTIONS':
      // They change the slot on the publisher too.
      return hasOption(options, 'failover') || hasOption(options, 'two_phase')
        ? { what: 'ALTER SUBSCRIPTION … SET of its slot', target: REPEATABLE }
        : undefined;
    default:
      return undefined;
  }
}

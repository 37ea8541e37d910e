import type { Session } from '../../database/session';
import { quoteIdentifier, quoteName } from '../../sql/quote';

interface Trigger {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** PostgreSQL's letter: `A` fires also in replication. */
  readonly state: string;
}

/**
 * Triggers that would fire, of the tables and their partitions; those of foreign keys are none of them. Until PostgreSQL 14
 * what a partition has of its parent's triggers is called internal, too.
 */
const TRIGGERS = `
  select n.nspname as schema, c.relname as table, t.tgname as name, t.tgenabled as state
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where t.tgenabled in ('O', 'A')
     and (not t.tgisinternal or (t.tgparentid <> 0 and not exists (
       select from pg_catalog.pg_constraint k where k.oid = t.tgconstraint and k.contype <> 't')))
     and t.tgrelid in (
     select o.oid from pg_catalog.unnest(pg_catalog.string_to_array($1, ',')::oid[]) o (oid)
      union
     select p.relid from pg_catalog.unnest(pg_catalog.string_to_array($1, ',')::oid[]) o (oid),
       lateral pg_catalog.pg_partition_tree(o.oid) p)
   order by t.tgrelid, t.tgname`;

/**
 * Lets `use` write while no trigger of the tables fires: a row that comes back is no new event, and keeps its times.
 * Afterwards each trigger is as it was. What is checked at the end of a transaction is checked before that.
 *
 * @returns what `use` gave, and the names of the triggers.
 */
export async function withoutTriggers<T>(
  session: Session,
  oids: readonly number[],
  use: () => Promise<T>,
): Promise<{ result: T; triggers: string[] }> {
  const triggers = await session.query<Trigger>(TRIGGERS, [oids.join(',')]);
  await alterAll(session, triggers, () => 'disable trigger');
  const result = await use();
  // A table with checks still to come can't be altered.
  await session.execute('set constraints all immediate');
  await alterAll(session, triggers, ({ state }) =>
    state === 'A' ? 'enable always trigger' : 'enable trigger',
  );
  return {
    result,
    triggers: triggers.map(
      ({ schema, table, name }) => `${quoteIdentifier(name)} of ${quoteName({ schema, name: table })}`,
    ),
  };
}

async function alterAll(
  session: Session,
  triggers: readonly Trigger[],
  command: (trigger: Trigger) => string,
): Promise<void> {
  if (triggers.length === 0) return;
  const statements = triggers.map(
    (trigger) =>
      `alter table only ${quoteName({ schema: trigger.schema, name: trigger.table })} ${command(trigger)} ${quoteIdentifier(trigger.name)}`,
  );
  await session.execute(statements.join('; '));
}

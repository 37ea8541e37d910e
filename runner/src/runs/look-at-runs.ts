import type { MigrationSettings } from '../config/settings';
import type { Session } from '../database/session';
import { type Privilege, STATE_TABLES } from '../database/state-tables';

/** The table of the records as this role finds it, without making anything. */
export interface RunsTable {
  readonly columns: readonly string[];
  readonly missing: readonly Privilege[];
  /** Whether the open transaction can write at all. */
  readonly isWritable: boolean;
}

/** Undefined where there is no table, or none that this role can see. It never fails for want of a privilege. */
export async function lookAtRuns(
  session: Session,
  { schema }: MigrationSettings,
): Promise<RunsTable | undefined> {
  const [row] = await session.query<{ columns: string; missing: string; writable: boolean }>(
    `select (select string_agg(attname, ',') from pg_attribute
              where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
            (select coalesce(string_agg(privilege, ','), '') from unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) as p (privilege)
              where not has_table_privilege(c.oid, privilege)) as missing,
            not current_setting('transaction_read_only')::bool as writable
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2 and has_schema_privilege(n.oid, 'USAGE')`,
    [schema, STATE_TABLES.runs.name],
  );
  if (!row) return undefined;
  const list = (text: string) => text.split(',').filter(Boolean);
  return {
    columns: list(row.columns),
    missing: list(row.missing) as Privilege[],
    isWritable: row.writable,
  };
}

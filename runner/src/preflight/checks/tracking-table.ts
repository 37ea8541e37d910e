import type { HistoryRow } from '../../../../core/journal';
import type { MigrationSettings } from '../../config/settings';
import type { Session } from '../../database/session';
import { plural } from '../../report/plural';
import { type Finding, pass, refuse } from '../check';

const CHECK = 'tracking table';

/** Whether Drizzle's history table is there and can be written, or could be made. */
export async function checkTrackingTable(
  session: Session,
  settings: MigrationSettings,
  history: readonly HistoryRow[] | undefined,
): Promise<Finding[]> {
  const name = `${settings.schema}.${settings.table}`;
  const grant = (what: string) => ({ remedy: `grant ${what} to the role that migrates` });
  if (history) {
    const [row] = await session.query<{ writable: boolean }>(
      `select has_table_privilege(c.oid, 'INSERT') as writable
         from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
      [settings.schema, settings.table],
    );
    if (row?.writable) return [pass(CHECK, `${name} has ${plural(history.length, 'row')}`)];
    return [refuse(CHECK, 'ACCESS', `${name} cannot be written`, grant(`INSERT on ${name}`))];
  }
  const [row] = await session.query<{ schema: boolean; create: boolean }>(
    `select exists (select from pg_namespace where nspname = $1) as schema,
            coalesce(
              (select has_schema_privilege(oid, 'CREATE') from pg_namespace where nspname = $1),
              has_database_privilege(current_database(), 'CREATE')
            ) as create`,
    [settings.schema],
  );
  if (row?.create) return [pass(CHECK, `${name} does not exist yet; migrate will create it`)];
  const what = row?.schema ? `CREATE on schema ${settings.schema}` : 'CREATE on the database';
  return [refuse(CHECK, 'ACCESS', `${name} does not exist and cannot be created`, grant(what))];
}

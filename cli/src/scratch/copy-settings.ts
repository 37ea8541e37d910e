import type postgres from 'postgres';
import { quoteIdentifier } from '../../../runner/src/sql/quote';

/**
 * Gives a copy of a database the settings of ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET, which CREATE
 * DATABASE leaves behind.
 */
export async function copySettings(admin: postgres.Sql, from: string, to: string): Promise<void> {
  const settings = await admin<{ role: string | null; setting: string }[]>`
    select r.rolname as role, unnest(s.setconfig) as setting
      from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase left join pg_roles r on r.oid = s.setrole
     where d.datname = ${from}`;
  for (const { role, setting } of settings) {
    const [name = '', ...value] = setting.split('=');
    const of =
      role === null
        ? `database ${quoteIdentifier(to)}`
        : `role ${quoteIdentifier(role)} in database ${quoteIdentifier(to)}`;
    // What is stored is the whole value; written as a constant, a list would become its first entry.
    await admin.begin(async (sql) => {
      await sql`select set_config(${name}, ${value.join('=')}, true)`;
      await sql.unsafe(`alter ${of} set ${parameter(name)} from current`);
    });
  }
}

/** One of an extension has a dot in its name. */
function parameter(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

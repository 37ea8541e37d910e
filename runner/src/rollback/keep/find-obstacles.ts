import type { RollbackSettings } from '../../config/settings';
import type { Session } from '../../database/session';
import { quoteIdentifier, quoteName } from '../../sql/quote';
import type { Loss } from '../losses/loss';
import { type LosingTable, readLosingTables, withoutCovered } from './losing-tables';
import { schemaRefusal } from './make-schema';

/** What this role lacks, so that the rollback would be refused (77) when it comes to that. */
export interface Obstacle {
  readonly message: string;
  readonly remedy: string;
}

interface Rights {
  readonly table: LosingTable;
  readonly role: string;
  readonly owner: string;
  readonly isOwner: boolean;
  readonly mayLock: boolean;
  readonly mayRead: boolean;
  /** Whether policies hide rows from this role. */
  readonly isFiltered: boolean;
}

const ANY = (privileges: string) =>
  `pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, '${privileges}')`;

/** MAINTAIN is of PostgreSQL 17. */
const RIGHTS = `
  select c.oid::bigint::float8 as oid, current_user::text as role,
         pg_catalog.pg_get_userbyid(c.relowner)::text as owner,
         pg_catalog.pg_has_role(c.relowner, 'USAGE') as "isOwner",
         case when pg_catalog.current_setting('server_version_num')::int >= 170000
           then ${ANY('UPDATE, DELETE, TRUNCATE, MAINTAIN')} else ${ANY('UPDATE, DELETE, TRUNCATE')} end as "mayLock",
         ${ANY('SELECT')} as "mayRead", pg_catalog.row_security_active(c.oid) as "isFiltered"
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.oid = any (pg_catalog.string_to_array($1, ',')::oid[])`;

/** Looks beforehand for what would refuse the locks and the copies: a person who confirms at night must not find it only then. */
export async function findObstacles(
  session: Session,
  losses: readonly Loss[],
  { keep }: Pick<RollbackSettings, 'keep'>,
): Promise<Obstacle[]> {
  const named = (await readLosingTables(session, losses)).filter(({ isNamed }) => isNamed);
  const tables = withoutCovered(named);
  const withRows = new Set(losses.flatMap(({ table, rows }) => (table && rows !== 0 ? [table.oid] : [])));
  const isKept = ({ oid }: LosingTable) => keep === 'keep' && withRows.has(oid);
  const obstacles = (await readRights(session, tables)).flatMap((rights) => {
    if (!rights.mayLock) return [cantLock(rights)];
    return isKept(rights.table) ? cantCopy(rights) : [];
  });
  return tables.some(isKept) ? [...obstacles, ...(await cantMakeSchema(session))] : obstacles;
}

/** Which of the tables this role may not lock, and what helps. */
export async function findLockObstacles(
  session: Session,
  tables: readonly LosingTable[],
): Promise<Obstacle[]> {
  return (await readRights(session, tables)).filter(({ mayLock }) => !mayLock).map(cantLock);
}

async function readRights(session: Session, tables: readonly LosingTable[]): Promise<Rights[]> {
  if (tables.length === 0) return [];
  const rows = await session.query<Omit<Rights, 'table'> & { oid: number }>(RIGHTS, [
    tables.map(({ oid }) => oid).join(','),
  ]);
  return tables.flatMap((table) => {
    const row = rows.find(({ oid }) => oid === table.oid);
    return row ? [{ ...row, table }] : [];
  });
}

function cantLock({ table, role, owner, isOwner }: Rights): Obstacle {
  const name = quoteName(table);
  return isOwner
    ? {
        message: `${role} may not lock table ${name}, though it owns it`,
        remedy: `GRANT TRUNCATE ON TABLE ${name} TO ${quoteIdentifier(role)}: LOCK TABLE asks for it, also from the owner`,
      }
    : {
        message: `${role} may not lock table ${name}, which belongs to ${owner}`,
        remedy: `roll back as ${owner}, or as a member of it`,
      };
}

function cantCopy({ table, role, mayRead, isFiltered }: Rights): Obstacle[] {
  const name = quoteName(table);
  if (!mayRead) {
    return [
      {
        message: `${role} may not read table ${name}, whose rows are to be kept`,
        remedy: `GRANT SELECT ON TABLE ${name} TO ${quoteIdentifier(role)}, or lose the rows with ROLLBACK_KEEP=discard`,
      },
    ];
  }
  if (!isFiltered) return [];
  return [
    {
      message: `row-level security hides rows of table ${name} from ${role}, so that they can't be kept`,
      remedy: `let a role with BYPASSRLS roll back, run ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY for the time, or lose the rows with ROLLBACK_KEEP=discard`,
    },
  ];
}

async function cantMakeSchema(session: Session): Promise<Obstacle[]> {
  const refusal = await schemaRefusal(session);
  return refusal ? [refusal] : [];
}

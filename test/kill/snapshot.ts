import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { readCatalog } from '../migrations/catalog';

/** A column's values come from a sequence, which a rolled-back transaction does not wind back. */
const DRAWN = `(a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid), '') like 'nextval(%')`;

/** For each table of `public`: its columns, sums for the reader, and whether values drawn from a sequence are unique. */
const DATA_QUERIES = `
  select c.relname as name,
    string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where not ${DRAWN}) as exact,
    coalesce(string_agg(format('count(distinct %I)', a.attname), ' || '' '' || ' order by a.attnum)
      filter (where ${DRAWN}), '''none''') as drawn,
    coalesce(string_agg(format('''%s='' || sum(%I)', a.attname, a.attname), ' || '' '' || ' order by a.attnum)
      filter (where not ${DRAWN} and a.atttypid in ('int'::regtype, 'bigint'::regtype)), '''none''') as sums
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by c.relname order by 1`;

const SESSION = 'session of a runner';

/** What must be empty after every complete run; each row is something left behind. */
const LEFTOVERS = {
  'invalid index': `select indexrelid::regclass::text as line from pg_index
    where not (indisvalid and indisready and indislive)`,
  [SESSION]: `select format('pid %s %s %s', pid, state, left(query, 60)) as line from pg_stat_activity
    where datname = current_database() and application_name like 'drizzle-gate%'`,
  'advisory lock': `select format('pid %s', pid) as line from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`,
  'history row that is not exactly once': `select format('%s times %s', count(*), hash) as line
    from drizzle.__drizzle_migrations group by hash having count(*) <> 1`,
};

const PROGRESS = `select to_regclass('drizzle.__drizzle_gate_progress') is not null as there`;

/** The whole catalog, all data and the history as lines, which are the same after every complete run. */
export async function readSnapshot(sql: postgres.Sql): Promise<string[]> {
  const catalog = Object.entries(await readCatalog(sql)).flatMap(([kind, lines]) =>
    lines.filter((line) => !line.includes('drizzle_gate')).map((line) => `${kind}: ${line}`),
  );
  const data = await Promise.all((await sql.unsafe(DATA_QUERIES)).map((table) => readTable(sql, table)));
  const sequences = await sql.unsafe(
    `select format('%s is at %s', s.sequencename, s.last_value) as line from pg_sequences s
      where s.schemaname = 'public' and not exists (select from pg_depend where deptype in ('a', 'i')
        and refobjsubid > 0 and objid = format('%I.%I', s.schemaname, s.sequencename)::regclass) order by 1`,
  );
  const history = await sql.unsafe('select hash, created_at from drizzle.__drizzle_migrations order by id');
  return [
    ...catalog,
    ...data.map((line) => `data: ${line}`),
    ...sequences.map(({ line }) => `sequence: ${line}`),
    ...history.map(({ hash, created_at }, index) => `history ${index}: ${hash} ${created_at}`),
  ];
}

async function readTable(sql: postgres.Sql, { name, exact, drawn, sums }: postgres.Row): Promise<string> {
  // Not `t`: a row's text would include the columns that are drawn.
  const row = exact ? `row(${exact})::text` : `''`;
  const [found] = await sql.unsafe(
    `select format('%s rows, distinct %s, sums %s, md5 %s', count(*), ${drawn}, ${sums}, md5(string_agg(${row}, ',' order by ${row}))) as line
       from "${name}"`,
  );
  return `${name}: ${found?.line}`;
}

/** How often a session is looked for that has ended, but that the server has not yet seen to end; 5 seconds in all. */
const LOOKS = { count: 100, pauseMs: 50 };

/** Everything that a run left behind although it said that it was complete. A session may take a moment to go. */
export async function readLeftovers(sql: postgres.Sql): Promise<string[]> {
  for (let look = 0; look < LOOKS.count; look++) {
    if ((await sql.unsafe(LEFTOVERS[SESSION])).length === 0) break;
    await sleep(LOOKS.pauseMs);
  }
  const found: string[] = [];
  const look = async (kind: string, query: string) => {
    for (const { line } of await sql.unsafe(query)) found.push(`${kind}: ${line}`);
  };
  for (const [kind, query] of Object.entries(LEFTOVERS)) await look(kind, query);
  if ((await sql.unsafe(PROGRESS))[0]?.there) {
    await look('progress', 'select to_jsonb(p)::text as line from drizzle.__drizzle_gate_progress p');
  }
  return found;
}

/** Lines that only one of two snapshots has. */
export function differences(expected: readonly string[], found: readonly string[]): string[] {
  const [before, after] = [new Set(expected), new Set(found)];
  return [
    ...expected.filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}

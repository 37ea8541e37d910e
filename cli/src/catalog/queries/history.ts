import { type FactQuery, identity } from '../scope';

/** The first run makes what is of this kind, so that it is nobody's change that it is there. */
export const OF_HISTORY = ' of the history';

/**
 * The schema of the history, Drizzle's table and its sequence, for what a migration can change about them: grants,
 * owner, comment, row security. The tables of the runner come when they are needed.
 */
const history: FactQuery = ({ isHistorySchema, historyTable }) => `
  select 'pg_namespace'::regclass::oid as class, n.oid as id, 0 as sub, '{}'::jsonb as facts,
    'schema${OF_HISTORY}' as kind, quote_ident(n.nspname) as name
  from pg_namespace n where ${isHistorySchema}
  union all
  select 'pg_class'::regclass, c.oid, 0, '{}',
    case c.relkind when 'S' then 'sequence' else 'table' end || '${OF_HISTORY}', ${identity('pg_class', 'c.oid')}
  from pg_class c where c.oid = ${historyTable} or (c.relkind = 'S' and c.oid in (select objid from pg_depend
    where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and refobjid = ${historyTable}))`;

export const HISTORY_QUERIES: readonly FactQuery[] = [history];

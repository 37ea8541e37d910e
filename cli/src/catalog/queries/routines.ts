import { type FactQuery, FIRST_OWN_OID, factsOf, identity, role, words } from '../scope';

const own = (alias: string) => `where ${alias}.oid >= ${FIRST_OWN_OID}`;
const named = (catalog: string, oid: string) => `case when ${oid} <> 0 then ${identity(catalog, oid)} end`;
/** Those of an extension can be many, and are not looked at. */
const notMember = `and not exists (select from pg_depend d
  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`;

const functions: FactQuery = () =>
  factsOf(
    'pg_proc',
    'p',
    {
      owner: role('p.proowner'),
      // It holds arguments with names and defaults, result, language, volatility, SET, COST, SECURITY DEFINER and body.
      definition: 'pg_get_functiondef(p.oid)',
    },
    `${own('p')} and p.prokind <> 'a' ${notMember}`,
  );

const aggregates: FactQuery = () =>
  factsOf(
    'pg_proc',
    'p',
    {
      owner: role('p.proowner'),
      arguments: 'pg_get_function_arguments(p.oid)',
      result: 'pg_get_function_result(p.oid)',
      parallel: words('p.proparallel', { s: 'safe', r: 'restricted', u: 'unsafe' }),
      'kind of aggregate': words('a.aggkind', { n: 'normal', o: 'ordered set', h: 'hypothetical set' }),
      'direct arguments': 'a.aggnumdirectargs',
      ...Object.fromEntries(
        [
          ...['transfn', 'finalfn', 'combinefn', 'serialfn', 'deserialfn'],
          ...['mtransfn', 'minvtransfn', 'mfinalfn'],
        ].map((name) => [name, `nullif(a.agg${name}::oid, 0)::regproc::text`]),
      ),
      'extra arguments': `format('%s %s', a.aggfinalextra, a.aggmfinalextra)`,
      'final function modifies': `format('%s %s', a.aggfinalmodify, a.aggmfinalmodify)`,
      'sort operator': named('pg_operator', 'a.aggsortop'),
      'state type': 'format_type(a.aggtranstype, null)',
      'moving state type': 'case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end',
      'state size': `format('%s %s', a.aggtransspace, a.aggmtransspace)`,
      'initial value': 'a.agginitval',
      'initial moving value': 'a.aggminitval',
    },
    `join pg_aggregate a on a.aggfnoid = p.oid ${own('p')} ${notMember}`,
  );

const languages: FactQuery = () =>
  factsOf(
    'pg_language',
    'l',
    {
      owner: role('l.lanowner'),
      trusted: 'l.lanpltrusted',
      handler: named('pg_proc', 'l.lanplcallfoid'),
      inline: named('pg_proc', 'l.laninline'),
      validator: named('pg_proc', 'l.lanvalidator'),
    },
    own('l'),
  );

export const ROUTINE_QUERIES: readonly FactQuery[] = [functions, aggregates, languages];

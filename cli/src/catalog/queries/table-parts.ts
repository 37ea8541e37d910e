import { type FactQuery, FIRST_OWN_OID, factsOf, identity, role, sorted, words } from '../scope';

const own = (alias: string) => `where ${alias}.oid >= ${FIRST_OWN_OID}`;
const FIRES = { O: 'enabled', D: 'disabled', R: 'on replicas', A: 'always' };

const constraints: FactQuery = () =>
  factsOf(
    'pg_constraint',
    'k',
    {
      // With NOT VALID, NOT ENFORCED, DEFERRABLE and NO INHERIT.
      definition: 'pg_get_constraintdef(k.oid)',
      // Of a partition both follow from being one.
      'declared here': `case when k.coninhcount > 0 and not c.relispartition then k.conislocal end`,
      parents: `case when not c.relispartition then nullif(k.coninhcount, 0) end`,
      'part of': `case when k.conparentid <> 0 then ${identity('pg_constraint', 'k.conparentid')} end`,
      index: `case when k.conindid <> 0 then ${identity('pg_class', 'k.conindid')} end`,
      // ALTER TABLE … DISABLE TRIGGER ALL leaves a foreign key that nothing checks.
      'disabled triggers': `(select jsonb_agg(t.fires order by t.fires) from (
        select format('%s: %s', ${identity('pg_class', 'g.tgrelid')}, ${words('g.tgenabled', FIRES)}) as fires
        from pg_trigger g where g.tgconstraint = k.oid and g.tgisinternal and g.tgenabled <> 'O'
      ) t)`,
    },
    `left join pg_class c on c.oid = k.conrelid ${own('k')}`,
  );

const triggers: FactQuery = () =>
  factsOf(
    'pg_trigger',
    't',
    {
      definition: 'pg_get_triggerdef(t.oid)',
      fires: words('t.tgenabled', FIRES),
      'part of': `case when t.tgparentid <> 0 then ${identity('pg_trigger', 't.tgparentid')} end`,
    },
    `${own('t')} and not t.tgisinternal`,
  );

const rules: FactQuery = () =>
  factsOf(
    'pg_rewrite',
    'r',
    { definition: 'pg_get_ruledef(r.oid)', fires: words('r.ev_enabled', FIRES) },
    `${own('r')} and r.rulename <> '_RETURN'`,
  );

const policies: FactQuery = () =>
  factsOf(
    'pg_policy',
    'p',
    {
      command: words('p.polcmd', { r: 'select', a: 'insert', w: 'update', d: 'delete', '*': 'all' }),
      permissive: 'p.polpermissive',
      roles: `(select jsonb_agg(r.name order by r.name) from (select ${role('u')} as name from unnest(p.polroles) u) r)`,
      using: 'pg_get_expr(p.polqual, p.polrelid)',
      'with check': 'pg_get_expr(p.polwithcheck, p.polrelid)',
    },
    own('p'),
  );

const statistics: FactQuery = () =>
  factsOf(
    'pg_statistic_ext',
    's',
    {
      definition: 'pg_get_statisticsobjdef(s.oid)',
      target: `nullif((to_jsonb(s)->>'stxstattarget')::int, -1)`,
      owner: role('s.stxowner'),
    },
    own('s'),
  );

const publicationTables: FactQuery = ({ version }) =>
  factsOf(
    'pg_publication_rel',
    'p',
    version < 150_000
      ? {}
      : {
          where: 'pg_get_expr(p.prqual, p.prrelid)',
          columns: `(select jsonb_agg(a.attname order by a.attnum) from pg_attribute a
            where a.attrelid = p.prrelid and a.attnum = any (p.prattrs))`,
        },
    own('p'),
  );

const publications: FactQuery = () =>
  `select 'pg_publication'::regclass::oid as class, p.oid as id, 0 as sub,
    to_jsonb(p) - array['oid', 'pubname', 'pubowner'] || jsonb_build_object('owner', ${role('p.pubowner')}) as facts
    from pg_publication p ${own('p')}`;

const eventTriggers: FactQuery = () =>
  factsOf(
    'pg_event_trigger',
    'e',
    {
      event: 'e.evtevent',
      function: identity('pg_proc', 'e.evtfoid'),
      fires: words('e.evtenabled', FIRES),
      tags: sorted('e.evttags'),
      owner: role('e.evtowner'),
    },
    own('e'),
  );

export const PART_QUERIES: readonly FactQuery[] = [
  ...[constraints, triggers, rules, policies, statistics],
  ...[publicationTables, publications, eventTriggers],
];

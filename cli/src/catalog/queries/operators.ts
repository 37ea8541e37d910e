import { type FactQuery, FIRST_OWN_OID, factsOf, identity, role } from '../scope';

const own = (alias: string) => `where ${alias}.oid >= ${FIRST_OWN_OID}`;
const named = (catalog: string, oid: string) => `case when ${oid} <> 0 then ${identity(catalog, oid)} end`;

const operators: FactQuery = () =>
  factsOf(
    'pg_operator',
    'o',
    {
      owner: role('o.oprowner'),
      result: 'format_type(o.oprresult, null)',
      function: named('pg_proc', 'o.oprcode'),
      commutator: named('pg_operator', 'o.oprcom'),
      negator: named('pg_operator', 'o.oprnegate'),
      restrict: named('pg_proc', 'o.oprrest'),
      join: named('pg_proc', 'o.oprjoin'),
      merges: 'o.oprcanmerge',
      hashes: 'o.oprcanhash',
    },
    own('o'),
  );

const operatorClasses: FactQuery = () =>
  factsOf(
    'pg_opclass',
    'c',
    {
      owner: role('c.opcowner'),
      family: named('pg_opfamily', 'c.opcfamily'),
      type: 'format_type(c.opcintype, null)',
      'stored type': 'case when c.opckeytype <> 0 then format_type(c.opckeytype, null) end',
      default: 'c.opcdefault',
    },
    own('c'),
  );

const operatorFamilies: FactQuery = () =>
  factsOf('pg_opfamily', 'f', { owner: role('f.opfowner') }, own('f'));

const familyOperators: FactQuery = () =>
  factsOf(
    'pg_amop',
    'a',
    {
      operator: named('pg_operator', 'a.amopopr'),
      purpose: 'a.amoppurpose::text',
      'sort family': named('pg_opfamily', 'a.amopsortfamily'),
    },
    own('a'),
  );

const familyFunctions: FactQuery = () =>
  factsOf('pg_amproc', 'a', { function: named('pg_proc', 'a.amproc') }, own('a'));

const accessMethods: FactQuery = () =>
  factsOf('pg_am', 'a', { handler: named('pg_proc', 'a.amhandler'), type: 'a.amtype::text' }, own('a'));

const searchConfigurations: FactQuery = () =>
  factsOf(
    'pg_ts_config',
    'c',
    {
      owner: role('c.cfgowner'),
      parser: named('pg_ts_parser', 'c.cfgparser'),
      dictionaries: `(select jsonb_agg(format('%s: %s', t.alias, ${identity('pg_ts_dict', 'm.mapdict')})
        order by m.maptokentype, m.mapseqno)
        from pg_ts_config_map m join ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype where m.mapcfg = c.oid)`,
    },
    own('c'),
  );

const searchDictionaries: FactQuery = () =>
  factsOf(
    'pg_ts_dict',
    'd',
    {
      owner: role('d.dictowner'),
      template: named('pg_ts_template', 'd.dicttemplate'),
      options: 'd.dictinitoption',
    },
    own('d'),
  );

const searchTemplates: FactQuery = () =>
  factsOf(
    'pg_ts_template',
    't',
    { init: named('pg_proc', 't.tmplinit'), lexize: named('pg_proc', 't.tmpllexize') },
    own('t'),
  );

const searchParsers: FactQuery = () =>
  factsOf(
    'pg_ts_parser',
    'p',
    Object.fromEntries(
      ['start', 'token', 'end', 'headline', 'lextype'].map((name) => [
        name,
        named('pg_proc', `p.prs${name}`),
      ]),
    ),
    own('p'),
  );

const families = [
  operators,
  operatorClasses,
  operatorFamilies,
  familyOperators,
  familyFunctions,
  accessMethods,
];

export const OPERATOR_QUERIES: readonly FactQuery[] = [
  ...families,
  ...[searchConfigurations, searchDictionaries, searchTemplates, searchParsers],
];

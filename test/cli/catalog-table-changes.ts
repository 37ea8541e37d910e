import { type CatalogChange, lines } from './catalog-schema';

/** Of tables and what hangs on them. */
export const TABLE_CHANGES: readonly CatalogChange[] = [
  {
    change: `alter table people alter name set default 'y'`,
    told: `~ table column public.people.name: default: expected 'x'::text; found 'y'::text`,
  },
  {
    change: 'alter table people alter name drop default',
    told: `~ table column public.people.name: default: expected 'x'::text; found none`,
  },
  {
    change: 'alter table people alter name drop not null',
    told: '~ table column public.people.name: not null: expected yes; found no',
  },
  {
    change: 'alter table people alter born type timestamp',
    told: '~ table column public.people.born: type: expected date; found timestamp without time zone',
  },
  {
    change: 'alter table people alter name type varchar(20)',
    prepare:
      'drop view names; drop materialized view counts; alter table people drop column twice; drop statistics people_stats',
    told: lines(
      '~ table column public.people.name: type: expected text; found character varying(20)',
      `~ table constraint people_name_check on public.people: definition: expected CHECK ((name <> ''::text)); found CHECK (((name)::text <> ''::text))`,
    ),
  },
  {
    change: 'alter table people alter name type text collate "C"',
    prepare: 'drop view names; alter table people drop column twice; drop statistics people_stats',
    told: '~ table column public.people.name: collation: expected pg_catalog."default"; found pg_catalog."C"',
  },
  {
    change: 'alter table people alter id set generated always',
    told: '~ table column public.people.id: identity: expected by default; found always',
  },
  {
    change: 'alter table people alter id set increment by 5',
    told: '~ sequence public.people_id_seq: increment: expected 1; found 5',
  },
  {
    change: 'alter table people alter id drop identity',
    told: lines(
      '- sequence public.people_id_seq is missing',
      '~ table column public.people.id: identity: expected by default; found none',
    ),
  },
  {
    change: 'alter table people alter twice drop expression',
    told: '~ table column public.people.twice: generated: expected length(name) stored; found none',
  },
  {
    change: 'alter table people alter name set statistics 500',
    told: '~ table column public.people.name: statistics target: expected none; found 500',
  },
  {
    change: 'alter table people alter name set storage external',
    told: '~ table column public.people.name: storage: expected extended; found external',
  },
  {
    change: 'alter table people alter name set compression pglz',
    told: '~ table column public.people.name: compression: expected none; found pglz',
  },
  {
    change: 'alter table people alter name set (n_distinct = 5)',
    told: '~ table column public.people.name: options: expected none; found n_distinct=5',
  },
  {
    change: 'alter table people drop constraint people_name_check',
    told: '- table constraint people_name_check on public.people is missing',
  },
  {
    change: `alter table people drop constraint people_name_check, add constraint people_name_check check (name <> '') not valid`,
    told: lines(
      `~ table constraint people_name_check on public.people: definition: expected CHECK ((name <> ''::text)); found CHECK ((name <> ''::text)) NOT VALID`,
      '~ table constraint people_name_check on public.people: comment: expected why; found none',
    ),
  },
  {
    change: `alter table people drop constraint people_name_check, add constraint people_name_check check (name <> 'x')`,
    told: lines(
      `~ table constraint people_name_check on public.people: definition: expected CHECK ((name <> ''::text)); found CHECK ((name <> 'x'::text))`,
      '~ table constraint people_name_check on public.people: comment: expected why; found none',
    ),
  },
  {
    change: `alter table people drop constraint people_name_check, add constraint people_name_check check (name <> '') no inherit`,
    told: lines(
      `~ table constraint people_name_check on public.people: definition: expected CHECK ((name <> ''::text)); found CHECK ((name <> ''::text)) NO INHERIT`,
      '~ table constraint people_name_check on public.people: comment: expected why; found none',
    ),
  },
  {
    change: 'alter table pets alter constraint pets_owner_fkey deferrable initially deferred',
    told: '~ table constraint pets_owner_fkey on public.pets: definition: expected FOREIGN KEY (owner) REFERENCES public.people(id); found FOREIGN KEY (owner) REFERENCES public.people(id) DEFERRABLE INITIALLY DEFERRED',
  },
  {
    change: 'alter table pets rename constraint pets_owner_fkey to owners',
    told: lines(
      '- table constraint pets_owner_fkey on public.pets is missing',
      '+ table constraint owners on public.pets is there, but should not be',
    ),
  },
  {
    change:
      'alter table pets drop constraint pets_owner_fkey, add constraint pets_owner_fkey foreign key (owner) references people on delete cascade',
    told: '~ table constraint pets_owner_fkey on public.pets: definition: expected FOREIGN KEY (owner) REFERENCES public.people(id); found FOREIGN KEY (owner) REFERENCES public.people(id) ON DELETE CASCADE',
  },
  {
    change: 'alter table pets disable trigger all',
    told: '~ table constraint pets_owner_fkey on public.pets: disabled triggers: expected none; found public.pets: disabled, public.pets: disabled',
  },
  {
    change: 'alter table people disable trigger people_t',
    told: '~ trigger people_t on public.people: fires: expected enabled; found disabled',
  },
  {
    change: 'alter table people enable always trigger people_t',
    told: '~ trigger people_t on public.people: fires: expected enabled; found always',
  },
  {
    change: 'create or replace trigger people_t after update on people for each row execute function t()',
    told: '~ trigger people_t on public.people: definition: expected CREATE TRIGGER people_t BEFORE UPDATE ON public.people FOR EACH ROW EXECUTE FUNCTION public.t(); found CREATE TRIGGER people_t AFTER UPDATE ON public.people FOR EACH ROW EXECUTE FUNCTION public.t()',
  },
  {
    change: 'alter table people enable row level security',
    told: '~ table public.people: row security: expected no; found yes',
  },
  {
    change: 'alter table people force row level security',
    told: '~ table public.people: row security for the owner: expected no; found yes',
  },
  {
    change: 'alter policy people_all on people using (id > 1)',
    told: '~ policy people_all on public.people: using: expected true; found (id > 1)',
  },
  {
    change: 'alter policy people_all on people to $role',
    told: '~ policy people_all on public.people: roles: expected public; found $role',
  },
  {
    change: 'alter table people replica identity full',
    told: '~ table public.people: replica identity: expected default; found full',
  },
  {
    change: 'alter table people replica identity using index people_pkey',
    told: lines(
      '~ index public.people_pkey: replica identity: expected no; found yes',
      '~ table public.people: replica identity: expected default; found index',
    ),
  },
  {
    change: 'alter table people set (fillfactor = 50)',
    told: '~ table public.people: options: expected none; found fillfactor=50',
  },
  {
    change: 'alter table people set (toast.autovacuum_enabled = false)',
    told: '~ table public.people: TOAST options: expected none; found autovacuum_enabled=false',
  },
  {
    change: 'alter table people set unlogged',
    prepare: 'drop table pets',
    told: lines(
      '~ sequence public.people_id_seq: persistence: expected permanent; found unlogged',
      '~ table public.people: persistence: expected permanent; found unlogged',
    ),
  },
  {
    change: 'alter table people owner to $role',
    told: lines(
      '~ sequence public.people_id_seq: owner: expected postgres; found $role',
      '~ table public.people: owner: expected postgres; found $role',
    ),
  },
  {
    change: 'alter table parent owner to $role',
    told: '~ table public.parent: owner: expected postgres; found $role',
  },
  {
    change: 'alter table pets cluster on pets_kind_idx',
    told: '~ index public.pets_kind_idx: clustered: expected no; found yes',
  },
  {
    change: 'drop index pets_kind_idx; create index pets_kind_idx on pets (kind text_pattern_ops)',
    told: '~ index public.pets_kind_idx: definition: expected CREATE INDEX pets_kind_idx ON public.pets USING btree (kind); found CREATE INDEX pets_kind_idx ON public.pets USING btree (kind text_pattern_ops)',
  },
  {
    change: `drop index pets_kind_idx; create index pets_kind_idx on pets (kind) where kind <> ''`,
    told: `~ index public.pets_kind_idx: definition: expected CREATE INDEX pets_kind_idx ON public.pets USING btree (kind); found CREATE INDEX pets_kind_idx ON public.pets USING btree (kind) WHERE (kind <> ''::text)`,
  },
  {
    change: 'drop index pets_kind_idx; create index pets_kind_idx on pets (kind) include (id)',
    told: '~ index public.pets_kind_idx: definition: expected CREATE INDEX pets_kind_idx ON public.pets USING btree (kind); found CREATE INDEX pets_kind_idx ON public.pets USING btree (kind) INCLUDE (id)',
  },
  {
    change: 'drop index pets_kind_idx; create unique index pets_kind_idx on pets (kind)',
    told: '~ index public.pets_kind_idx: definition: expected CREATE INDEX pets_kind_idx ON public.pets USING btree (kind); found CREATE UNIQUE INDEX pets_kind_idx ON public.pets USING btree (kind)',
  },
  {
    change: 'drop index pets_kind_idx; create index pets_kind_idx on pets (kind desc)',
    told: '~ index public.pets_kind_idx: definition: expected CREATE INDEX pets_kind_idx ON public.pets USING btree (kind); found CREATE INDEX pets_kind_idx ON public.pets USING btree (kind DESC)',
  },
  {
    change: 'alter index pets_kind_idx set (fillfactor = 70)',
    told: `~ index public.pets_kind_idx: definition: expected CREATE INDEX pets_kind_idx ON public.pets USING btree (kind); found CREATE INDEX pets_kind_idx ON public.pets USING btree (kind) WITH (fillfactor='70')`,
  },
  {
    change: 'alter index pets_kind_idx rename to other_idx',
    told: lines(
      '- index public.pets_kind_idx is missing',
      '+ index public.other_idx is there, but should not be',
    ),
  },
  {
    change: 'create or replace view names with (security_barrier) as select id, name from people',
    told: '~ view public.names: options: expected none; found security_barrier=true',
  },
  {
    change: 'create or replace view names as select id, name from people where id > 0',
    told: lines(
      '~ view public.names: definition (- expected, + found):',
      '       SELECT id,',
      '          name',
      '    -    FROM public.people;',
      '    +    FROM public.people',
      '    +   WHERE (id > 0);',
    ),
  },
  {
    change: 'create or replace view names as select id, name from people with check option',
    told: '~ view public.names: options: expected none; found check_option=cascaded',
  },
  {
    change: `alter view names alter name set default 'v'`,
    told: `~ view column public.names.name: default: expected none; found 'v'::text`,
  },
  {
    change: 'refresh materialized view counts with no data',
    told: '~ materialized view public.counts: populated: expected yes; found no',
  },
  {
    change: 'alter materialized view texts set (toast.autovacuum_enabled = false)',
    prepare: 'create materialized view texts as select name from people',
    told: '~ materialized view public.texts: TOAST options: expected none; found autovacuum_enabled=false',
  },
  {
    change: 'alter sequence numbers increment 2',
    told: '~ sequence public.numbers: increment: expected 1; found 2',
  },
  {
    change: 'alter sequence numbers cycle',
    told: '~ sequence public.numbers: cycle: expected no; found yes',
  },
  { change: 'alter sequence numbers cache 7', told: '~ sequence public.numbers: cache: expected 1; found 7' },
  {
    change: 'alter sequence numbers as int',
    told: lines(
      '~ sequence public.numbers: type: expected bigint; found integer',
      '~ sequence public.numbers: maximum: expected 9223372036854775807; found 2147483647',
    ),
  },
  {
    change: 'alter sequence numbers owned by pets.id',
    told: '~ sequence public.numbers: owned by: expected none; found public.pets.id',
  },
  { change: `select nextval('numbers'); select setval('numbers', 77)`, told: '' },
  {
    change: 'alter rule no_delete on pets rename to not_deleted',
    told: lines(
      '- rule no_delete on public.pets is missing',
      '+ rule not_deleted on public.pets is there, but should not be',
    ),
  },
  {
    change: 'alter table pets disable rule no_delete',
    told: '~ rule no_delete on public.pets: fires: expected enabled; found disabled',
  },
  {
    change: 'alter table parts detach partition parts_1',
    told: lines(
      '~ table public.parts_1: inherits: expected public.parts; found none',
      `~ table public.parts_1: partition bound: expected FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); found none`,
    ),
  },
  {
    change: `alter table parts detach partition parts_1; alter table parts attach partition parts_1 for values from ('2020-01-01') to ('2022-01-01')`,
    told: `~ table public.parts_1: partition bound: expected FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); found FOR VALUES FROM ('2020-01-01') TO ('2022-01-01')`,
  },
  {
    change: 'alter table child no inherit parent',
    told: lines(
      '~ table column public.child.x: parents: expected 1; found none',
      '~ table column public.child.x: declared here: expected no; found none',
      '~ table public.child: inherits: expected public.parent; found none',
    ),
  },
  { change: 'create unlogged table u ()', told: '+ table public.u is there, but should not be' },
  { change: 'create temp table tt (a int)', told: '' },
  {
    change: 'create table pets2 (id int primary key, owner int references people (id))',
    told: '+ table public.pets2 is there, but should not be, with 5 parts of it',
  },
  {
    change: 'drop table parent cascade',
    told: lines(
      '- table public.child is missing, with 2 parts of it',
      '- table public.parent is missing, with 1 part of it',
    ),
  },
  {
    change: 'alter table people add column extra int',
    told: '+ table column public.people.extra is there, but should not be',
  },
  {
    change: 'alter table people drop column born cascade',
    told: lines(
      '- statistics object public.people_stats is missing',
      '- table column public.people.born is missing',
    ),
  },
  {
    change: 'alter table people drop column mood; alter table people add column mood mood',
    told: '~ table public.people: columns in another order: expected id, name, born, mood, twice; found id, name, born, twice, mood',
  },
  {
    change: 'alter table parts_1 rename to parts_2',
    told: lines(
      '- table public.parts_1 is missing, with 2 parts of it',
      '+ table public.parts_2 is there, but should not be, with 2 parts of it',
    ),
  },
  {
    change: 'drop table people cascade',
    told: lines(
      '- table public.people is missing, with 12 parts of it',
      '- materialized view public.counts is missing, with 1 part of it',
      '- table constraint pets_owner_fkey on public.pets is missing',
      '- view public.names is missing, with 2 parts of it',
    ),
  },
  {
    change: 'alter table pets add exclude using btree (id with =)',
    told: lines(
      '+ index public.pets_id_excl is there, but should not be',
      '+ table constraint pets_id_excl on public.pets is there, but should not be',
    ),
  },
  {
    change: 'alter index people_pkey rename to other_pkey',
    told: lines(
      '- index public.people_pkey is missing',
      '- table constraint people_pkey on public.people is missing',
      '+ index public.other_pkey is there, but should not be',
      '+ table constraint other_pkey on public.people is there, but should not be',
      '~ table constraint pets_owner_fkey on public.pets: index: expected public.people_pkey; found public.other_pkey',
    ),
  },
  {
    change: 'create index only_idx on only parts (id)',
    told: '+ index public.only_idx is there, but should not be',
  },
  {
    change: 'create index all_idx on parts (id)',
    told: lines(
      '+ index public.all_idx is there, but should not be',
      '+ index public.parts_1_id_idx is there, but should not be',
    ),
  },
  {
    change: 'alter table people add constraint fk foreign key (id) references parts_pk (id)',
    prepare:
      'create table parts_pk (id int primary key) partition by range (id); create table parts_pk1 partition of parts_pk for values from (1) to (2); create table parts_pk2 partition of parts_pk for values from (2) to (3)',
    told: '+ table constraint fk on public.people is there, but should not be',
  },
  { change: 'alter table pets drop constraint pets_pkey, add primary key (id)', told: '' },
  { change: 'alter table people alter name set not null', told: '' },
  { change: 'lock table people; select lo_create(0)', told: '' },
  {
    change: 'alter table "Odd ""name""" alter "a column" set default 1',
    told: '~ table column public."Odd ""name"""."a column": default: expected none; found 1',
  },
  {
    since: 15,
    change: 'alter view names set (security_invoker)',
    told: '~ view public.names: options: expected none; found security_invoker=true',
  },
  {
    since: 15,
    change: 'drop index pets_kind_idx; create unique index pets_kind_idx on pets (kind) nulls not distinct',
    told: '~ index public.pets_kind_idx: definition: expected CREATE INDEX pets_kind_idx ON public.pets USING btree (kind); found CREATE UNIQUE INDEX pets_kind_idx ON public.pets USING btree (kind) NULLS NOT DISTINCT',
  },
];

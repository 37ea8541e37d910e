import { type CatalogChange, lines } from './catalog-schema';

const MAKE_HISTORY =
  'create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text)';

/** What is not the history itself, but was done to it. */
const OF_HISTORY: readonly CatalogChange[] = [
  {
    change: 'grant usage on schema drizzle to $role',
    told: '~ schema of the history drizzle: grants: expected none; found $role: USAGE',
  },
  {
    change: `comment on schema drizzle is 'c'`,
    told: '~ schema of the history drizzle: comment: expected none; found c',
  },
  {
    change: 'alter schema drizzle owner to $role',
    told: '~ schema of the history drizzle: owner: expected postgres; found $role',
  },
  {
    change: 'grant select on drizzle.__drizzle_migrations to $role',
    told: '~ table of the history drizzle.__drizzle_migrations: grants: expected none; found $role: SELECT',
  },
  {
    change: 'grant usage on sequence drizzle.__drizzle_migrations_id_seq to $role',
    told: '~ sequence of the history drizzle.__drizzle_migrations_id_seq: grants: expected none; found $role: USAGE',
  },
  {
    change: 'alter table drizzle.__drizzle_migrations enable row level security',
    told: '~ table of the history drizzle.__drizzle_migrations: row security: expected no; found yes',
  },
  {
    change:
      'create trigger told before insert on drizzle.__drizzle_migrations for each row execute function t()',
    told: '+ trigger told on drizzle.__drizzle_migrations is there, but should not be',
  },
].map((change) => ({ ...change, prepare: MAKE_HISTORY }));

/** Of types, functions, privileges, comments and what belongs to the whole database. */
export const OTHER_CHANGES: readonly CatalogChange[] = [
  {
    change: `alter type mood rename value 'ok' to 'fine'`,
    told: '~ type public.mood: labels: expected sad, ok, happy; found sad, fine, happy',
  },
  {
    change: `alter type mood add value 'angry' before 'ok'`,
    told: '~ type public.mood: labels: expected sad, ok, happy; found sad, angry, ok, happy',
  },
  {
    change: 'alter function f stable',
    told: lines(
      '~ function public.f(integer): definition (- expected, + found):',
      '      …',
      '       RETURNS integer',
      '       LANGUAGE sql',
      '    -  IMMUTABLE',
      '    +  STABLE',
      '      AS $function$select x + 1$function$',
    ),
  },
  {
    change: 'alter function f security definer',
    told: lines(
      '~ function public.f(integer): definition (- expected, + found):',
      '      …',
      '       RETURNS integer',
      '       LANGUAGE sql',
      '    -  IMMUTABLE',
      '    +  IMMUTABLE SECURITY DEFINER',
      '      AS $function$select x + 1$function$',
    ),
  },
  {
    change: `alter function f set work_mem = '1MB'`,
    told: lines(
      '~ function public.f(integer): definition (- expected, + found):',
      '      …',
      '       LANGUAGE sql',
      '       IMMUTABLE',
      `    +  SET work_mem TO '1MB'`,
      '      AS $function$select x + 1$function$',
    ),
  },
  {
    change: 'alter function f cost 7',
    told: lines(
      '~ function public.f(integer): definition (- expected, + found):',
      '      …',
      '       RETURNS integer',
      '       LANGUAGE sql',
      '    -  IMMUTABLE',
      '    +  IMMUTABLE COST 7',
      '      AS $function$select x + 1$function$',
    ),
  },
  {
    change: 'alter function f owner to $role',
    told: '~ function public.f(integer): owner: expected postgres; found $role',
  },
  {
    change: `create or replace function f(x int) returns int language sql immutable as 'select x + 2'`,
    told: lines(
      '~ function public.f(integer): definition (- expected, + found):',
      '      …',
      '       LANGUAGE sql',
      '       IMMUTABLE',
      '    - AS $function$select x + 1$function$',
      '    + AS $function$select x + 2$function$',
    ),
  },
  {
    change: `create or replace function f(x int default 1) returns int language sql immutable as 'select x + 1'`,
    told: lines(
      '~ function public.f(integer): definition (- expected, + found):',
      '    - CREATE OR REPLACE FUNCTION public.f(x integer)',
      '    + CREATE OR REPLACE FUNCTION public.f(x integer DEFAULT 1)',
      '       RETURNS integer',
      '       LANGUAGE sql',
      '      …',
    ),
  },
  {
    change: `drop aggregate total (int); create aggregate total (int) (sfunc = int4pl, stype = int, initcond = '1')`,
    told: '~ aggregate public.total(integer): initial value: expected 0; found 1',
  },
  {
    change: 'alter domain positive set not null',
    told: '~ type public.positive: not null: expected no; found yes',
  },
  {
    change: 'alter domain positive set default 5',
    told: '~ type public.positive: default: expected none; found 5',
  },
  {
    change:
      'alter domain positive drop constraint positive_check; alter domain positive add constraint positive_check check (value > 1)',
    told: '~ domain constraint positive_check on public.positive: definition: expected CHECK ((VALUE > 0)); found CHECK ((VALUE > 1))',
  },
  {
    change: 'alter type pair add attribute c int',
    told: '+ composite type column public.pair.c is there, but should not be',
  },
  {
    change: 'alter type pair rename attribute b to c',
    told: lines(
      '- composite type column public.pair.b is missing',
      '+ composite type column public.pair.c is there, but should not be',
    ),
  },
  {
    change: 'alter type pair alter attribute b type varchar',
    told: '~ composite type column public.pair.b: type: expected text; found character varying',
  },
  {
    change: 'alter statistics people_stats set statistics 9',
    told: '~ statistics object public.people_stats: target: expected none; found 9',
  },
  {
    change:
      'drop statistics people_stats; create statistics people_stats (ndistinct) on name, born from people',
    told: '~ statistics object public.people_stats: definition: expected CREATE STATISTICS public.people_stats (dependencies) ON name, born FROM public.people; found CREATE STATISTICS public.people_stats (ndistinct) ON name, born FROM public.people',
  },
  {
    change: `alter publication news set (publish = 'insert')`,
    told: lines(
      '~ publication news: pubdelete: expected yes; found no',
      '~ publication news: pubupdate: expected yes; found no',
      '~ publication news: pubtruncate: expected yes; found no',
    ),
  },
  {
    change: 'alter publication news add table people',
    told: '+ publication relation public.people in publication news is there, but should not be',
  },
  {
    change: 'alter publication news drop table pets',
    told: '- publication relation public.pets in publication news is missing',
  },
  {
    change: `comment on table people is 'else'`,
    told: '~ table public.people: comment: expected who; found else',
  },
  {
    change: 'comment on table people is null',
    told: '~ table public.people: comment: expected who; found none',
  },
  {
    change: `comment on column people.name is 'else'`,
    told: '~ table column public.people.name: comment: expected how; found else',
  },
  {
    change: 'comment on constraint people_name_check on people is null',
    told: '~ table constraint people_name_check on public.people: comment: expected why; found none',
  },
  {
    change: `comment on index pets_kind_idx is 'c'`,
    told: '~ index public.pets_kind_idx: comment: expected none; found c',
  },
  {
    change: `comment on schema public is 'mine'`,
    told: '~ schema public: comment: expected standard public schema; found mine',
  },
  {
    change: `comment on function f is 'c'`,
    told: '~ function public.f(integer): comment: expected none; found c',
  },
  { change: `comment on type mood is 'c'`, told: '~ type public.mood: comment: expected none; found c' },
  { change: `comment on view names is 'c'`, told: '~ view public.names: comment: expected none; found c' },
  {
    change: `comment on trigger people_t on people is 'c'`,
    told: '~ trigger people_t on public.people: comment: expected none; found c',
  },
  {
    change: `comment on policy people_all on people is 'c'`,
    told: '~ policy people_all on public.people: comment: expected none; found c',
  },
  {
    change: `comment on domain positive is 'c'`,
    told: '~ type public.positive: comment: expected none; found c',
  },
  {
    change: `comment on column pair.a is 'c'`,
    told: '~ composite type column public.pair.a: comment: expected none; found c',
  },
  {
    change: `comment on extension plpgsql is 'c'`,
    told: '~ extension plpgsql: comment: expected PL/pgSQL procedural language; found c',
  },
  {
    change: 'grant select on people to $role',
    told: '~ table public.people: grants: expected none; found $role: SELECT',
  },
  {
    change: 'grant select on people to $role with grant option',
    told: '~ table public.people: grants: expected none; found $role: SELECT*',
  },
  {
    change: 'grant select (name) on people to $role',
    told: '~ table column public.people.name: grants: expected none; found $role: SELECT',
  },
  { change: 'grant select on people to $role; revoke select on people from $role', told: '' },
  {
    change: 'revoke all on people from current_user',
    told: '~ table public.people: grants: expected (owner): DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE; found none',
  },
  {
    change: 'revoke execute on function f from public',
    told: '~ function public.f(integer): grants: expected public: EXECUTE; found none',
  },
  {
    change: 'grant usage on schema public to $role',
    told: '~ schema public: grants: expected none; found $role: USAGE',
  },
  {
    change: 'revoke all on schema public from public',
    told: '~ schema public: grants: expected public: USAGE; found none',
  },
  {
    change: 'grant usage on sequence numbers to $role',
    told: '~ sequence public.numbers: grants: expected none; found $role: USAGE',
  },
  {
    change: 'revoke usage on type mood from public',
    told: '~ type public.mood: grants: expected public: USAGE; found none',
  },
  {
    change: 'grant usage on language plpgsql to $role with grant option',
    told: '+ language with other privileges: plpgsql is there, but should not be',
  },
  {
    change: 'revoke execute on function pg_catalog.lower(text) from public',
    told: '+ function with other privileges: pg_catalog.lower(pg_catalog.text) is there, but should not be',
  },
  {
    change: 'grant select on pg_catalog.pg_authid to $role',
    told: '+ table with other privileges: pg_catalog.pg_authid is there, but should not be',
  },
  {
    change: 'alter default privileges in schema public grant select on tables to $role',
    told: '+ default acl for role postgres in schema public on tables is there, but should not be',
  },
  {
    change: 'alter default privileges for role $role revoke execute on functions from public',
    told: '+ default acl for role $role on functions is there, but should not be',
  },
  {
    change: 'drop extension plpgsql cascade',
    told: lines(
      '- extension plpgsql is missing',
      '- function public.t() is missing',
      '- trigger people_t on public.people is missing',
    ),
  },
  {
    change: 'alter schema public owner to $role',
    told: '~ schema public: owner: expected pg_database_owner; found $role',
  },
  { change: 'create schema s', told: '+ schema s is there, but should not be' },
  {
    change: 'create cast (mood as int) with inout as assignment',
    told: '+ cast (public.mood AS integer) is there, but should not be',
  },
  {
    change: 'create operator public.=== (leftarg = int, rightarg = int, function = int4eq)',
    told: '+ operator public.===(integer,integer) is there, but should not be',
  },
  {
    change: 'create operator family public.fam using btree',
    told: '+ operator family public.fam USING btree is there, but should not be',
  },
  {
    change:
      'create operator class public.cls for type int using btree as operator 1 <, function 1 btint4cmp(int, int)',
    told: lines(
      '+ operator family public.cls USING btree is there, but should not be, with 2 parts of it',
      '+ operator class public.cls USING btree is there, but should not be',
    ),
  },
  {
    change: 'create text search configuration conf (copy = simple)',
    told: '+ text search configuration public.conf is there, but should not be',
  },
  {
    change: 'create text search dictionary dict (template = simple)',
    told: '+ text search dictionary public.dict is there, but should not be',
  },
  {
    change:
      'create text search configuration conf (copy = simple); alter text search configuration conf drop mapping for word',
    told: '+ text search configuration public.conf is there, but should not be',
  },
  {
    change: `create collation coll (locale = 'C')`,
    told: '+ collation public.coll is there, but should not be',
  },
  {
    change: `create conversion conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8`,
    told: '+ conversion public.conv is there, but should not be',
  },
  {
    change: 'create foreign data wrapper wrap',
    told: '+ foreign-data wrapper wrap is there, but should not be',
  },
  {
    change: `create foreign data wrapper wrap; create server serv foreign data wrapper wrap options (password 'secret'); create user mapping for public server serv options (password 'secret'); create foreign table ft (a int options (o 'x')) server serv`,
    told: lines(
      '+ foreign table public.ft is there, but should not be, with 1 part of it',
      '+ foreign-data wrapper wrap is there, but should not be',
      '+ server serv is there, but should not be',
      '+ user mapping public on server serv is there, but should not be',
    ),
  },
  {
    change: 'create server serv2 foreign data wrapper w',
    prepare: 'create foreign data wrapper w',
    told: '+ server serv2 is there, but should not be',
  },
  {
    change: `alter server s options (set password 'b')`,
    prepare: `create foreign data wrapper w; create server s foreign data wrapper w options (password 'a')`,
    told: '~ server s: options: expected SHA-256 9b3c8efeb471fbe9; found SHA-256 c9e5dd994a517d7d',
  },
  {
    change: `alter user mapping for public server s options (set password 'b')`,
    prepare: `create foreign data wrapper w; create server s foreign data wrapper w; create user mapping for public server s options (password 'a')`,
    told: '~ user mapping public on server s: options: expected SHA-256 9b3c8efeb471fbe9; found SHA-256 c9e5dd994a517d7d',
  },
  {
    change: 'create event trigger ev on ddl_command_end execute function et()',
    prepare: `create function et() returns event_trigger language plpgsql as 'begin end'`,
    told: '+ event trigger ev is there, but should not be',
  },
  {
    change: 'alter event trigger ev disable',
    prepare: `create function et() returns event_trigger language plpgsql as 'begin end'; create event trigger ev on ddl_command_end execute function et()`,
    told: '~ event trigger ev: fires: expected enabled; found disabled',
  },
  {
    change: 'create type r as range (subtype = int)',
    told: lines(
      '+ cast (public.r AS public.r_multirange) is there, but should not be',
      '+ function public.r(integer,integer) is there, but should not be',
      '+ function public.r(integer,integer,pg_catalog.text) is there, but should not be',
      '+ function public.r_multirange() is there, but should not be',
      '+ function public.r_multirange(public.r) is there, but should not be',
      '+ function public.r_multirange(public.r[]) is there, but should not be',
      '+ type public.r is there, but should not be',
      '+ type public.r_multirange is there, but should not be',
    ),
  },
  {
    change: 'create language lang handler plpgsql_call_handler',
    told: '+ language lang is there, but should not be',
  },
  {
    change: 'create access method am type index handler bthandler',
    told: '+ access method am is there, but should not be',
  },
  {
    change: `create procedure p() language sql as ''`,
    told: '+ procedure public.p() is there, but should not be',
  },
  {
    change: 'alter type pair drop attribute a; alter type pair add attribute a int',
    told: '~ type public.pair: columns in another order: expected a, b; found b, a',
  },
  {
    change: `create schema drizzle; create table drizzle.__drizzle_migrations (id serial primary key, x text check (x <> '')); create table drizzle.__drizzle_gate_runs (id int generated always as identity)`,
    told: '',
  },
  {
    change: 'create schema drizzle; create table drizzle.others (id int)',
    told: '+ table drizzle.others is there, but should not be, with 1 part of it',
  },
  {
    change:
      'create schema drizzle_gate_kept_x; create table drizzle_gate_kept_x.people (id serial primary key)',
    told: '',
  },
  {
    change: 'alter function f depends on extension plpgsql',
    told: '~ function public.f(integer): goes with: expected none; found plpgsql',
  },
  {
    change: `create subscription sub connection 'host=x' publication p with (connect = false)`,
    told: '+ subscription sub is there, but should not be',
  },
  {
    change: `do $$ begin execute format('alter database %I set work_mem = ''1MB''', current_database()); end $$`,
    told: '+ settings of the database is there, but should not be',
  },
  {
    change: `create function f(x text) returns int language sql as 'select 1'`,
    told: '+ function public.f(pg_catalog.text) is there, but should not be',
  },
  {
    since: 15,
    change: 'create publication s for tables in schema public',
    told: lines(
      '+ publication namespace public in publication s is there, but should not be',
      '+ publication s is there, but should not be',
    ),
  },
  {
    since: 15,
    change: 'alter publication news set table pets (id) where (id > 1)',
    told: lines(
      '~ publication relation public.pets in publication news: where: expected none; found (id > 1)',
      '~ publication relation public.pets in publication news: columns: expected none; found id',
    ),
  },
  {
    change: 'grant select (rolname) on pg_catalog.pg_authid to $role',
    told: '+ table column with other privileges: pg_catalog.pg_authid.rolname is there, but should not be',
  },
  {
    change: 'grant select (a) on member to $role',
    prepare: 'create table member (a int); alter extension plpgsql add table member',
    told: '+ table column with other privileges: public.member.a is there, but should not be',
  },
  {
    change: `create type code (input = code_in, output = code_out, like = text, collatable = true)`,
    prepare: `create type code; create function code_in(cstring) returns code language internal immutable strict as 'textin';
      create function code_out(code) returns cstring language internal immutable strict as 'textout'`,
    told: lines(
      '~ type public.code: defined: expected no; found yes',
      '~ type public.code: kind of type: expected pseudo; found base',
      '~ type public.code: input: expected none; found public.code_in',
      '~ type public.code: layout: expected none; found length -1, by value f, align i, storage x, category U, preferred f, delimiter ,',
      '~ type public.code: output: expected none; found public.code_out',
      '~ type public.code: collation: expected none; found pg_catalog."default"',
    ),
  },
  { change: MAKE_HISTORY, told: '' },
  ...OF_HISTORY,
];

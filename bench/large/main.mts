import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbeddedServer } from '../../cli/src/server/embedded-server';
import { readOptions, readSizes } from '../support/read-options';
import { BACKFILLS, tagOf, writeBackfill, writeMany, writeStatements } from './folders';
import { measure, type Usage } from './measure';

const USAGE =
  'usage: npm run bench:large -- [--migrations LIST] [--megabytes LIST] [--statements LIST] [--only WORDS]';

const values = readOptions(USAGE, {
  migrations: { type: 'string', default: '250,500,1000,2000' },
  megabytes: { type: 'string', default: '1,10,50' },
  statements: { type: 'string', default: '1000,10000,40000' },
  only: { type: 'string', default: '' },
});
const sizesOf = (name: 'migrations' | 'megabytes' | 'statements') => readSizes(name, values[name], USAGE);

const RUNNER = 'runner/dist/runner.cjs';
const LINT = ['cli/dist/drizzle-gate.mjs', 'lint'];
const DRIZZLE = 'bench/large/drizzle-migrate.mjs';
const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-large-'));
// All migrations in one transaction lock every table that they make.
const server = await startEmbeddedServer(['max_locks_per_transaction=4096']);
const admin = postgres(server.url('postgres'), { max: 1, onnotice: () => undefined });
const url = server.url('large');

async function withDatabase(use: () => void | Promise<void>): Promise<void> {
  await admin.unsafe('create database large');
  try {
    await use();
  } finally {
    await admin.unsafe('drop database large with (force)');
  }
}

async function execute(text: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(text);
  await sql.end();
}

function show(what: string, use: () => Usage): Usage | undefined {
  if (!what.includes(values.only)) return undefined;
  const usage = use();
  const number = (value: number) => value.toFixed(0).padStart(8);
  const { cpuMs, wallMs, peakMb } = usage;
  console.log(`${what.padEnd(56)}${number(cpuMs)} ms CPU${number(wallMs)} ms${number(peakMb)} MB`);
  return usage;
}

function runner(command: readonly string[], env: Record<string, string> = {}, codes = [0]): Usage {
  return measure([RUNNER, ...command], { DATABASE_URL: url, MIGRATIONS_FOLDER: folder, ...env }, codes);
}

async function drizzle(what: string): Promise<void> {
  await withDatabase(() => {
    const run = () => measure([DRIZZLE], { DATABASE_URL: url, MIGRATIONS_FOLDER: folder });
    show(`${what}: drizzle-orm, from empty`, run);
    show(`${what}: drizzle-orm, nothing to do`, run);
  });
}

async function oneFile(what: string): Promise<void> {
  await drizzle(what);
  await withDatabase(() => {
    show(`${what}: preflight`, () => runner(['preflight']));
    show(`${what}: migrate`, () => runner(['migrate']));
    show(`${what}: migrate, nothing to do`, () => runner(['migrate']));
    show(`${what}: status`, () => runner(['status']));
  });
  show(`${what}: lint`, () => measure(LINT, { MIGRATIONS_FOLDER: folder }, [0, 90]));
}

async function manyMigrations(count: number): Promise<void> {
  writeMany(folder, count);
  const what = `${count} migrations`;
  const last = tagOf(count - 1, 'table');
  await drizzle(what);
  await withDatabase(() => {
    show(`${what}: preflight, all pending`, () => runner(['preflight']));
    show(`${what}: migrate, each`, () => runner(['migrate'], { TRANSACTION_MODE: 'each' }));
    show(`${what}: history`, () => runner(['history']));
  });
  await withDatabase(async () => {
    show(`${what}: migrate, all`, () => runner(['migrate']));
    await undoAndAdopt(what, count, last);
  });
  show(`${what}: lint`, () => measure(LINT, { MIGRATIONS_FOLDER: folder }, [0, 90]));
}

async function undoAndAdopt(what: string, count: number, last: string): Promise<void> {
  show(`${what}: migrate, nothing to do`, () => runner(['migrate']));
  for (const command of ['preflight', 'status', 'wait']) show(`${what}: ${command}`, () => runner([command]));
  const one = { ROLLBACK_TARGET: tagOf(count - 2, 'table') };
  const all = { ROLLBACK_TARGET: 'empty' };
  show(`${what}: rollback-plan, one`, () => runner(['rollback-plan'], one));
  const plan = show(`${what}: rollback-plan, all`, () => runner(['rollback-plan'], all));
  await execute(`drop table t${count - 1}; delete from drizzle.__drizzle_migrations where id = ${count}`);
  show(`${what}: migrate, one pending`, () => runner(['migrate']));
  await execute('delete from drizzle.__drizzle_migrations');
  const to = ['baseline', '--to', last];
  const baseline = show(`${what}: baseline, plan`, () => runner(to, {}, [85]));
  if (baseline) show(`${what}: baseline`, () => runner([...to, '--confirm', tokenIn(baseline)]));
  if (!plan) return;
  const token = tokenIn(runner(['rollback-plan'], all));
  show(`${what}: rollback, all`, () => runner(['rollback'], { ...all, ROLLBACK_CONFIRM: token }));
}

function tokenIn({ output }: Usage): string {
  return /"token":"([^"]+)"/.exec(output)?.[1] ?? '';
}

try {
  for (const count of sizesOf('migrations')) await manyMigrations(count);
  for (const megabytes of sizesOf('megabytes')) {
    for (const how of Object.keys(BACKFILLS) as (keyof typeof BACKFILLS)[]) {
      writeBackfill(folder, how, megabytes);
      await oneFile(`${megabytes} MB, ${how}`);
    }
  }
  for (const count of sizesOf('statements')) {
    writeStatements(folder, count);
    await oneFile(`${count} statements`);
  }
} finally {
  await admin.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

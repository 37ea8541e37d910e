import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type postgres from 'postgres';
import { findRollbackScript, type Journal, type Migration } from '../../core/journal';
import { readDirective } from '../../runner/src/sql/directive';
import { findManualComments } from '../../runner/src/sql/manual-comments';
import type { ClientPrograms, ProgramResult } from './client-programs';
import { compareDumps, type DumpDifference } from './compare-dumps';

/** What psql and pg_dump say of a rollback script. */
export type Judgement = { readonly tag: string; readonly manual: number } & (
  | DumpDifference
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'no script' | 'irreversible' }
);

export interface Judge {
  readonly programs: ClientPrograms;
  /** Of the server; its databases are the judge's own. */
  readonly admin: postgres.Sql;
  readonly url: (database: string) => string;
  /** For the files that psql reads. */
  readonly folder: string;
  readonly setup: string | undefined;
}

/** Why the migrations after it can't be judged. */
export interface Stopped {
  readonly tag: string;
  readonly message: string;
}

const [UP, DOWN] = ['drizzle_gate_judged', 'drizzle_gate_judged_back'];

/** Applies each migration with psql, undoes it with its script on a copy, and holds the dumps against each other. */
export async function judgeScripts(
  journal: Journal,
  judge: Judge,
  each: (judgement: Judgement) => void,
): Promise<Stopped | undefined> {
  const { admin, programs, url, setup } = judge;
  await recreate(admin, UP, 'template0');
  try {
    if (setup !== undefined) {
      const { ok, stderr } = await programs.psql(url(UP), setup, { inOneTransaction: false });
      if (!ok) return { tag: '--setup', message: stderr };
    }
    let before = await programs.dumpSchema(url(UP));
    for (const migration of journal.migrations) {
      const applied = await runFile(judge, UP, migration.sql);
      if (!applied.ok) return { tag: migration.tag, message: applied.stderr.trim() };
      each(await judgeScript(migration, journal, judge, before));
      before = await programs.dumpSchema(url(UP));
    }
    return undefined;
  } finally {
    for (const name of [UP, DOWN]) await admin.unsafe(`drop database if exists ${name} with (force)`);
  }
}

async function judgeScript(
  migration: Migration,
  { folder }: Journal,
  judge: Judge,
  before: readonly string[],
): Promise<Judgement> {
  const { tag } = migration;
  const script = findRollbackScript(migration, folder);
  const manual = script ? findManualComments(script.sql).length : 0;
  const directives = [migration.sql, script?.sql ?? ''].map((sql) => readDirective(sql));
  if (directives.some(({ irreversible }) => irreversible !== undefined)) {
    return { tag, manual, kind: 'irreversible' };
  }
  if (!script) return { tag, manual, kind: 'no script' };
  await recreate(judge.admin, DOWN, UP);
  const { ok, stderr } = await runFile(judge, DOWN, script.sql);
  if (!ok) return { tag, manual, kind: 'failed', message: stderr.trim() };
  return { tag, manual, ...compareDumps(before, await judge.programs.dumpSchema(judge.url(DOWN))) };
}

/** In one transaction, as Drizzle and the runner do; what the server refuses there runs statement by statement. */
async function runFile(
  { programs, url, folder }: Judge,
  database: string,
  sql: string,
): Promise<ProgramResult> {
  const file = join(folder, 'statements.sql');
  writeFileSync(file, sql.replaceAll('--> statement-breakpoint', ';'));
  const together = await programs.psql(url(database), file, { inOneTransaction: true });
  return together.ok ? together : programs.psql(url(database), file, { inOneTransaction: false });
}

async function recreate(admin: postgres.Sql, name: string, template: string): Promise<void> {
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.unsafe(`create database ${name} template ${template}`);
}

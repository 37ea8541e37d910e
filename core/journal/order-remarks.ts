import { someOf } from './folder-content';
import type { Migration, Remark } from './types';

const DAY = 86_400_000;

/** What a person should know of the timestamps: Drizzle's own migrators decide by them what is left to do. */
export function orderRemarks(migrations: readonly Migration[], now = Date.now()): Remark[] {
  return migrations[0]?.layout === '1.x'
    ? sameSecond(migrations)
    : [...notNewer(migrations), ...inFuture(migrations, now)];
}

/** drizzle-orm 0.x applies only what is newer than the newest row. */
function notNewer(migrations: readonly Migration[]): Remark[] {
  const skipped = new Map<Migration, Migration[]>();
  let newest: Migration | undefined;
  for (const migration of migrations) {
    if (!newest || migration.when > newest.when) newest = migration;
    else {
      const late = skipped.get(newest) ?? [];
      late.push(migration);
      skipped.set(newest, late);
    }
  }
  return [...skipped].map(([{ tag }, late]) => {
    const tags = late.map((migration) => migration.tag);
    const message = `${someOf(tags)} ${tags.length === 1 ? 'is' : 'are'} not newer than ${tag} before ${tags.length === 1 ? 'it' : 'them'}; Drizzle's own migrator skips ${tags.length === 1 ? 'it' : 'them'} where that one is applied already`;
    return { kind: 'not-newer', message, files: late.map(({ file }) => file) };
  });
}

function inFuture(migrations: readonly Migration[], now: number): Remark[] {
  const future = migrations.filter(({ when }) => when > now + DAY);
  if (future.length === 0) return [];
  const message = `${someOf(future.map(({ tag }) => tag))}: "when" lies in the future; Drizzle's own migrator skips later migrations until then`;
  return [{ kind: 'future-when', message, files: future.map(({ file }) => file) }];
}

/** Folders of one second are in the order of their names, and an old history is told apart by content alone. */
function sameSecond(migrations: readonly Migration[]): Remark[] {
  return migrations.flatMap(({ tag, when, file }, index): Remark[] => {
    const before = migrations[index - 1];
    if (before?.when !== when) return [];
    const message = `${before.tag} and ${tag} have the same time; the rest of their names decides the order`;
    return [{ kind: 'same-second', message, files: [before.file, file] }];
  });
}

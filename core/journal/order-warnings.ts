import { someOf } from './folder-content';
import type { Migration } from './types';

const DAY = 86_400_000;

/** What a person should know of the timestamps: Drizzle's own migrators decide by them what is left to do. */
export function orderWarnings(migrations: readonly Migration[], now = Date.now()): string[] {
  return migrations[0]?.layout === '1.x'
    ? sameSecondWarnings(migrations)
    : [...skippedWarnings(migrations), ...futureWarnings(migrations, now)];
}

/** drizzle-orm 0.x applies only what is newer than the newest row. */
function skippedWarnings(migrations: readonly Migration[]): string[] {
  const skipped = new Map<Migration, string[]>();
  let newest: Migration | undefined;
  for (const migration of migrations) {
    if (!newest || migration.when > newest.when) newest = migration;
    else skipped.set(newest, [...(skipped.get(newest) ?? []), migration.tag]);
  }
  return [...skipped].map(
    ([{ tag }, tags]) =>
      `${someOf(tags)} ${tags.length === 1 ? 'is' : 'are'} not newer than ${tag} before ${tags.length === 1 ? 'it' : 'them'}; Drizzle's own migrator skips ${tags.length === 1 ? 'it' : 'them'} where that one is applied already`,
  );
}

function futureWarnings(migrations: readonly Migration[], now: number): string[] {
  const future = migrations.filter(({ when }) => when > now + DAY);
  if (future.length === 0) return [];
  return [
    `${someOf(future.map(({ tag }) => tag))}: "when" lies in the future; Drizzle's own migrator skips later migrations until then`,
  ];
}

/** Folders of one second are in the order of their names, and an old history is told apart by content alone. */
function sameSecondWarnings(migrations: readonly Migration[]): string[] {
  return migrations.flatMap(({ tag, when }, index) => {
    const before = migrations[index - 1];
    return before?.when === when
      ? [`${before.tag} and ${tag} have the same time; the rest of their names decides the order`]
      : [];
  });
}

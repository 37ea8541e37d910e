import { ADOPT } from '../../migrate/exists-remedy';
import { type Finding, refuse } from '../check';
import type { MadeObject } from '../made-names';
import { listed } from '../pending/bounded';

const CHECK = 'pending statements';

/** Refuses what pending statements would make although it is there: the schema came here without its history, or by hand. */
export function checkExistingObjects(existing: readonly MadeObject[], historyIsEmpty: boolean): Finding[] {
  const [first] = existing;
  if (!first) return [];
  const message =
    existing.length === 1
      ? `${first.at} creates ${nameOf(first)}, which exists already`
      : `${existing.length} objects that pending statements create exist already: ${listed(
          existing.map((object) => `${nameOf(object)} (${object.at})`),
          3,
        )}`;
  return [
    refuse(CHECK, 'PREFLIGHT', message, {
      remedy: historyIsEmpty
        ? ADOPT
        : 'where they are what the migration makes, record it as applied with `drizzle-gate baseline --to TAG`; otherwise drop or rename them',
    }),
  ];
}

function nameOf({ kind, schema, name }: MadeObject): string {
  return `${kind} ${schema === undefined ? '' : `${schema}.`}${name}`;
}

import type { HistoryRow } from '../../../core/journal';
import { GateError } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { Requirement } from './requirement';

/** Tags that fit into a line. */
const SHOWN = 3;

/** How many migrations the history has beyond what this release was built with. A row that is repeated counts once. */
export function newerThan({ built }: Requirement, rows: readonly HistoryRow[]): number {
  const different = new Set(rows.map(({ hash, createdAt, name }) => JSON.stringify([hash, createdAt, name])));
  return Math.max(0, different.size - built);
}

/**
 * What is missing, as a sentence; undefined when the schema is there.
 *
 * @throws GateError (81) when it is newer than this release can live with: waiting makes it no older.
 */
export function judgeRows(
  requirement: Requirement,
  rows: readonly HistoryRow[],
  migrating: boolean,
): string | undefined {
  const newer = newerThan(requirement, rows);
  const { maxNewer, built } = requirement;
  if (maxNewer !== undefined && newer > maxNewer) {
    throw new GateError(
      'MISMATCH',
      `the schema has ${plural(newer, 'migration')} beyond the ${built} of this release, which can live with ${maxNewer}`,
      {
        remedy:
          'deploy a release that was built with them, roll the schema back, or allow more in the range of the SchemaGate (WAIT_MAX_NEWER)',
      },
    );
  }
  if (requirement.isMet(rows)) return undefined;
  const { needed } = requirement;
  const wanted = `this release needs ${plural(needed.count, 'migration')} up to ${needed.last}`;
  return `${wanted}${missingTags(requirement.missing(rows))}; ${whatIsThere(rows)}; ${underWay(migrating)}`;
}

/** What the schema has, for the line that says that it is there. */
export function describeSchema(requirement: Requirement, rows: readonly HistoryRow[]): string {
  const { needed } = requirement;
  const newer = newerThan(requirement, rows);
  const beyond = newer > 0 ? `, and ${newer} beyond this release` : '';
  return `the schema is there: ${plural(needed.count, 'migration')} up to ${needed.last}${beyond}`;
}

/** Whether somebody works on it, which is what a person asks next. */
export function underWay(migrating: boolean): string {
  return migrating ? 'a migration is under way' : 'no migration is under way';
}

function missingTags(tags: readonly string[]): string {
  if (tags.length === 0) return '';
  const more = tags.length > SHOWN ? ` and ${tags.length - SHOWN} more` : '';
  return `, of which ${tags.slice(0, SHOWN).join(', ')}${more} ${tags.length === 1 ? 'is' : 'are'} missing`;
}

function whatIsThere(rows: readonly HistoryRow[]): string {
  const last = rows.at(-1);
  if (!last) return 'the database has none yet';
  return `the history has ${plural(rows.length, 'row')}, the last is ${nameOf(last)}`;
}

function nameOf({ id, name, createdAt }: HistoryRow): string {
  if (name !== null) return name;
  const time = new Date(createdAt ?? Number.NaN);
  const from = Number.isNaN(time.getTime()) ? '' : ` (generated ${time.toISOString().slice(0, 19)}Z)`;
  return `id ${id}${from}`;
}

import type { AppliedMigration, Comparison, HistoryRow, Migration } from '../../../core/journal';
import { unknownTagProblems } from '../config/accept-edited';
import type { HistoryRules } from '../config/settings';
import { GateErrors } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { Reporter } from '../report/reporter';

/** When a row was applied, as ISO 8601, for tables that do not tell; undefined when nobody knows. */
export type AppliedAt = (row: HistoryRow) => string | undefined;

/** Something that is odd in the history, but no reason to stop. */
export interface HistoryWarning {
  readonly event: 'history_warning' | 'out_of_order';
  readonly message: string;
  readonly migration?: string;
}

/** What history and files say that forbids a migration; empty when nothing does. */
export function historyProblems(
  comparison: Comparison,
  rules: HistoryRules,
  appliedAt?: AppliedAt,
): string[] {
  const problems = [...unknownTags(comparison, rules), ...editProblems(comparison.edited, rules, appliedAt)];
  if (rules.outOfOrder === 'refuse') {
    problems.push(
      ...comparison.outOfOrder.map(
        ({ tag }) =>
          `${tag} comes before a migration that is applied already, and OUT_OF_ORDER is "refuse"; generate it again so that it comes last, or set OUT_OF_ORDER=apply`,
      ),
    );
  }
  if (isDiverged(comparison) && !rules.allowDiverged) {
    problems.push(
      `${divergence(comparison)}; merge the branches, use the image that has these files, or set ALLOW_DIVERGED=true`,
    );
  }
  return problems;
}

/** Applied migrations whose file was changed afterwards, unless the rules accept that. */
export function editProblems(
  edited: readonly AppliedMigration[],
  { acceptEdited }: HistoryRules,
  appliedAt?: AppliedAt,
): string[] {
  return edited
    .filter(({ migration }) => !acceptEdited.includes(migration.tag))
    .map(
      (entry) =>
        `${edit(entry, appliedAt)}; restore the file from the release that applied it and put the change in a new migration, or, if the edit changes nothing in the schema, add ${entry.migration.tag} to ACCEPT_EDITED or run \`drizzle-gate repair\``,
    );
}

/** What is odd in the history, but accepted by the rules. */
export function historyWarnings(
  comparison: Comparison,
  rules: HistoryRules,
  appliedAt?: AppliedAt,
): HistoryWarning[] {
  const { applied, edited, missingFile, duplicate, outOfOrder } = comparison;
  const warning = (message: string, migration?: Migration): HistoryWarning => ({
    event: 'history_warning',
    message,
    ...(migration && { migration: migration.tag }),
  });
  const warnings = edited
    .filter(({ migration }) => rules.acceptEdited.includes(migration.tag))
    .map((entry) =>
      warning(
        `${edit(entry, appliedAt)}; ACCEPT_EDITED accepts that, the file is not run again`,
        entry.migration,
      ),
    );
  if (isDiverged(comparison)) {
    if (rules.allowDiverged) warnings.push(warning(`${divergence(comparison)}; ALLOW_DIVERGED accepts that`));
  } else if (missingFile.length > 0) {
    warnings.push(
      warning(
        `the database is ahead: ${missingFile.length} applied without a file here (${idsOf(missingFile)}); right for an older release, else use the newer image`,
      ),
    );
  }
  if (duplicate.length > 0) {
    warnings.push(
      warning(
        `the history has ${plural(duplicate.length, 'duplicate row')} of migrations that another row records (${idsOf(duplicate)})`,
      ),
    );
  }
  warnings.push(
    ...applied.flatMap((entry) => otherIdentity(entry).map((text) => warning(text, entry.migration))),
  );
  if (rules.outOfOrder === 'refuse') return warnings;
  return [
    ...warnings,
    ...outOfOrder.map(
      ({ tag }): HistoryWarning => ({
        ...{ event: 'out_of_order', migration: tag },
        message: `${tag} comes before a migration that is applied already; it is applied all the same`,
      }),
    ),
  ];
}

/**
 * Reports what is odd and accepted.
 *
 * @throws GateErrors with everything that forbids to go on: 81, or 78 when only a setting is wrong.
 */
export function assertComparison(
  comparison: Comparison,
  reporter: Reporter,
  rules: HistoryRules,
  appliedAt?: AppliedAt,
): void {
  const problems = historyProblems(comparison, rules, appliedAt);
  if (problems.length > 0) throw new GateErrors(historyExit(comparison, rules), problems);
  for (const { event, message, migration } of historyWarnings(comparison, rules, appliedAt)) {
    reporter.warn(event, message, migration === undefined ? {} : { migration });
  }
}

/** The exit code of `historyProblems`. */
export function historyExit(comparison: Comparison, rules: HistoryRules): 'CONFIG' | 'MISMATCH' {
  return historyProblems(comparison, rules).length > unknownTags(comparison, rules).length
    ? 'MISMATCH'
    : 'CONFIG';
}

function unknownTags({ applied, edited, pending }: Comparison, { acceptEdited }: HistoryRules): string[] {
  const recorded = [...applied, ...edited].map(({ migration }) => migration);
  return unknownTagProblems(
    acceptEdited,
    [...recorded, ...pending].map(({ tag }) => tag),
  );
}

function edit({ migration, row }: AppliedMigration, appliedAt: AppliedAt | undefined): string {
  const time = row.appliedAt ?? appliedAt?.(row);
  const when = time === undefined ? '' : ` on ${time}`;
  return `${migration.tag} was edited after it was applied${when} (${migration.file}, history id ${row.id})`;
}

/** A migration that is known by its content, though name or time say otherwise. */
function otherIdentity({ migration, row }: AppliedMigration): string[] {
  if (row.name !== null && row.name !== migration.name && migration.layout === '1.x') {
    return [
      `${migration.tag} is recorded as ${JSON.stringify(row.name)} (history id ${row.id}) and counts as applied; drizzle-orm 1.0 would apply it again, give the folder its old name`,
    ];
  }
  const second = (time: number | null) => Math.trunc((time ?? 0) / 1000);
  if (row.name === null && second(row.createdAt) !== second(migration.when)) {
    return [
      `${migration.tag} is recorded with another time (history id ${row.id}), but has the same content and counts as applied`,
    ];
  }
  return [];
}

function isDiverged({ missingFile, pending }: Comparison): boolean {
  return missingFile.length > 0 && pending.length > 0;
}

function divergence({ missingFile, pending, applied, edited }: Comparison): string {
  if (applied.length === 0 && edited.length === 0) {
    return `the history has ${plural(missingFile.length, 'row')}, and none belongs to a file of this folder: look whether DATABASE_URL and MIGRATIONS_FOLDER belong together`;
  }
  return `files and database diverged: ${pending.length} pending here, but the database has ${missingFile.length} without a file (${idsOf(missingFile)})`;
}

function idsOf(rows: readonly HistoryRow[]): string {
  const named = rows.map(({ id, name }) => (name === null ? `${id}` : `${id} ${name}`));
  return `history id ${named.join(', ')}`;
}

import { BY_VARIABLES, type Caller } from './caller';
import { describeLateMerged } from './late-merged';
import type { RollbackRange } from './resolve-range';
import type { UndoScript } from './undo-script';

/** What a person should know of one migration before the rollback is confirmed. */
export interface PlanWarning {
  readonly migration: string;
  readonly message: string;
  readonly detail?: string;
}

/** What is odd about the range: what was merged late, and what was edited after it was applied. */
export function rangeWarnings(
  { lateMerged, acceptedEdits }: RollbackRange,
  caller: Pick<Caller, 'withTarget'> = BY_VARIABLES,
): PlanWarning[] {
  return [
    ...lateMerged.map((each) => ({ migration: each.member.tag, message: describeLateMerged(each, caller) })),
    ...acceptedEdits.map(({ migration: { tag }, row, stored }) => ({
      migration: tag,
      message: `${tag} was edited after it was applied (history id ${row.id}); ACCEPT_EDITED accepts that, look whether its script undoes what was applied${stored ? `; the script that was stored with what was applied is ${stored.file}` : ''}`,
    })),
  ];
}

/** Where the scripts come from, when it is not the file that was there when the migration was applied. */
export function scriptWarnings(scripts: readonly UndoScript[]): PlanWarning[] {
  return scripts.flatMap(
    ({ member: { tag, migration, stored }, source, file, difference }): PlanWarning[] => {
      if (source === 'stored') {
        const why = migration ? 'no file of it was found' : 'this folder has not the migration';
        return [
          {
            migration: tag,
            message: `${tag}: ${why}, so the script runs that was stored in the database when it was applied (${file})`,
          },
        ];
      }
      if (difference === undefined) return [];
      return [
        {
          migration: tag,
          message: `${tag}: ${file} is not the script that was stored in the database when the migration was applied (${stored?.file}); the file is what runs`,
          detail: difference,
        },
      ];
    },
  );
}

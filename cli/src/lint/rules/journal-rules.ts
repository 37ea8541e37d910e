import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_FILE, type Journal, type JournalError, type Remark } from '../../../../core/journal';
import type { LintFinding, Severity } from '../finding';

/** Which files somebody asked for; all where nobody did. */
export type IsChosen = (file: string) => boolean;

const REMEDIES: Readonly<Record<Remark['kind'], string>> = {
  'byte-order-mark': 'save the file without the mark',
  'future-when': 'set "when" to the time at which it was generated, before it is applied anywhere',
  'index-order': 'count "idx" from 0 without gaps',
  'missing-snapshot': 'add the snapshot that drizzle-kit wrote with it',
  'no-entries': 'run `drizzle-kit generate`',
  'not-newer':
    'generate it anew on the newest state of the branch that it is merged into (drizzle-kit drop, then generate), before it is applied anywhere',
  'same-second': 'rename one of them to a later time, before they are applied anywhere',
  'stray-file': 'add it with `drizzle-kit generate --custom`, or remove it',
  'two-layouts': 'finish `drizzle-kit up`, and remove what is left of the old layout',
};
/** These concern the folder and not one migration. */
const OF_FOLDER: readonly Remark['kind'][] = ['two-layouts', 'no-entries'];

/**
 * What is odd in the order of the migrations, as far as it is about files that are asked for.
 *
 * @param ofStrayFile `error` where it was just written: its author expects it to be applied.
 */
export function journalFindings(
  { folder, remarks }: Journal,
  isChosen: IsChosen,
  ofStrayFile: Severity,
): LintFinding[] {
  return remarks.flatMap((remark): LintFinding[] => {
    const { kind, message, files } = remark;
    const chosen = files.filter(isChosen);
    if (chosen.length === 0 && !OF_FOLDER.includes(kind)) return [];
    const [file = JOURNAL_FILE] = chosen;
    const place = placeIn(folder, file);
    return [
      {
        ...{
          rule: kind,
          severity: kind === 'stray-file' ? ofStrayFile : 'warning',
          message,
          remedy: REMEDIES[kind],
        },
        ...(kind === 'stray-file' || kind === 'byte-order-mark'
          ? { path: join(folder, file), line: 1 }
          : place),
      },
    ];
  });
}

/** The entry of the file's migration, where the folder has a journal. */
function placeIn(folder: string, file: string): Pick<LintFinding, 'path' | 'line'> {
  const path = join(folder, ...JOURNAL_FILE.split('/'));
  if (!existsSync(path)) return { path: join(folder, file), line: 1 };
  const tag = JSON.stringify(file.replace(/\.sql$/, ''));
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(`"tag"`) && text.includes(tag));
  return { path, line: Math.max(0, line) + 1 };
}

/** A folder whose order or content is not known: each reason is a finding. */
export function brokenFolder(folder: string, { problems }: JournalError): LintFinding[] {
  return problems.map((problem) => {
    const [, named, line] = /^([^\s,:]+)(?:, line (\d+))?:? /.exec(problem) ?? [];
    const candidates = [named, JOURNAL_FILE].flatMap((name) =>
      name === undefined ? [] : [name, join(folder, name)],
    );
    const path = candidates.find((candidate) => candidate.includes('.') && existsSync(candidate));
    return {
      ...{ rule: 'broken-folder', severity: 'error', message: problem },
      ...(path !== undefined && { path, line: Number(line ?? 1) }),
    };
  });
}

import { EXIT } from '../../../core/contract';
import { readJournal } from '../../../core/journal';
import { countOf } from '../lint/finding';
import { type LintOptions, lint } from '../lint/lint';
import { renderMarkdown } from '../lint/report/markdown';
import { fileAt } from '../selection/base-files';
import { changedFiles, defaultBase } from '../selection/changed-files';
import { selectByFile } from '../selection/select-migrations';
import { cutLines } from './fence';
import { renderManifests } from './manifest-section';
import { readProof, renderProof } from './proof-section';
import { type ChangedFile, renderSql } from './sql-section';

export interface ReviewOptions extends Omit<LintOptions, 'tags' | 'changed'> {
  readonly base: string | undefined;
  /** What `rollback prove --changed --json` wrote. */
  readonly proof: string | undefined;
  /** Folders with the manifests of the base, and of the branch. */
  readonly manifests: { readonly before: string; readonly after: string } | undefined;
}

/** By it, the comment is found again and written anew. */
export const MARKER = '<!-- drizzle-gate review -->';
/** GitHub takes 65,536 characters; in bytes it is never more, and an environment variable has room for it, too. */
export const MOST_BYTES = 60_000;
const ROOM = { sql: 24_000, manifests: 16_000, lint: 10_000, proof: 6000 } as const;

/** What a person who reviews a pull request with migrations must see, as Markdown of a bounded size. */
export async function review(options: ReviewOptions): Promise<string> {
  const { folder, environment, proof, manifests } = options;
  const base = options.base ?? defaultBase(environment);
  const { migrations, findings, ...rest } = await lint({ ...options, tags: [], changed: base });
  const isSound = !findings.some(({ rule }) => rule === 'broken-folder');
  const files = isSound ? await changedMigrations(folder, base) : [];
  const report = { ...rest, migrations, findings };
  const sections: readonly (readonly [string, string])[] = [
    [`Lint ${verdictSign(countOf(findings, 'error'))}`, cutMarkdown(renderMarkdown(report), ROOM.lint)],
    ...(proof === undefined ? [] : [proofSection(proof)]),
    ['New SQL', renderSql(files, ROOM.sql)],
    ...(manifests
      ? [['Manifests', renderManifests(manifests.before, manifests.after, ROOM.manifests)] as const]
      : []),
  ];
  const text = sections.map(([title, body]) => `### ${title}\n\n${body}\n`).join('\n');
  return bounded(`${MARKER}\n## Migrations\n\n${text}`);
}

function proofSection(path: string): readonly [string, string] {
  const document = readProof(path);
  return [
    `Rollback ${verdictSign(document.ok ? 0 : EXIT.CHECKS_FAILED.code)}`,
    renderProof(document, ROOM.proof),
  ];
}

function verdictSign(problems: number): string {
  return problems > 0 ? '❌' : '✅';
}

async function changedMigrations(folder: string, base: string): Promise<ChangedFile[]> {
  const changed = await changedFiles(folder, base);
  const chosen = selectByFile(readJournal(folder, '--migrations'), changed);
  const files: ChangedFile[] = [];
  for (const migration of chosen) {
    if (!changed.has(migration.file)) continue; // Only its rollback script changed.
    files.push({ migration, before: await fileAt(folder, base, migration.file) });
  }
  return files;
}

/** Rows of a table stand in lines of their own. */
function cutMarkdown(text: string, room: number): string {
  const cut = cutLines(text, room);
  return cut.left > 0 ? `${cut.text}\n\n… and more; \`drizzle-gate lint --changed\` shows all` : text;
}

/** The sections keep to their room; many small ones can still be too much together. */
function bounded(text: string): string {
  if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  const note = '\n\nThe rest has no room in a comment.\n';
  const lines = cutLines(text, MOST_BYTES - 2000).text;
  return closeBlocks(lines) + note;
}

/** What was open at the cut would swallow what comes behind. */
function closeBlocks(text: string): string {
  let fence: string | undefined;
  let depth = 0;
  for (const line of text.split('\n')) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (fence !== undefined) {
      if (line === fence) fence = undefined;
    } else if (ticks !== undefined) fence = ticks;
    else if (line.startsWith('<details>')) depth++;
    else if (line === '</details>') depth--;
  }
  return `${text}${fence === undefined ? '' : `\n${fence}`}${'\n\n</details>'.repeat(Math.max(0, depth))}`;
}

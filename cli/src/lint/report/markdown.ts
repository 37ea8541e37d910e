import { relative } from 'node:path';
import type { LintFinding, LintReport } from '../finding';
import { renderVerdict } from './text';

const SIGNS: Readonly<Record<LintFinding['severity'], string>> = { error: '❌', warning: '⚠️' };
/** A table of hundreds of rows helps nobody. */
const MOST = 100;

/** For the page of a workflow's run, and for a comment on a pull request. */
export function renderMarkdown({ findings, migrations, notes }: LintReport): string {
  const rows = findings.slice(0, MOST).map(({ severity, rule, path, line, message, remedy }) => {
    const place =
      path === undefined ? '' : `${inCell(relative('.', path))}${line === undefined ? '' : `:${line}`}`;
    const text = remedy === undefined ? inCell(message) : `${inCell(message)}<br>→ ${inCell(remedy)}`;
    return `| ${SIGNS[severity]} | ${place} | ${text} | ${inCell(rule)} |`;
  });
  const more = findings.length - rows.length;
  return [
    ...(rows.length > 0 ? ['| | place | finding | rule |', '| --- | --- | --- | --- |', ...rows, ''] : []),
    ...(more > 0 ? [`and ${more} more; \`drizzle-gate lint\` shows all`, ''] : []),
    ...notes.map((note) => `${inCell(note)}  `),
    renderVerdict({ findings, migrations }),
  ].join('\n');
}

/** Text of others must neither end the cell nor become a mention, a link or HTML. */
export function inCell(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/\s+/g, ' ')
    .replace(/[\\|_`*[\]~]/g, '\\$&')
    .replaceAll('@', '@\u200b');
}

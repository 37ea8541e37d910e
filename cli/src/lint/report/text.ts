import { relative } from 'node:path';
import { plural } from '../../../../runner/src/report/plural';
import { countOf, type LintFinding, type LintReport } from '../finding';

const SIGNS: Readonly<Record<LintFinding['severity'], string>> = { error: '✗', warning: '!' };

/** For a person at a terminal: the findings of each file, and one sentence at the end. */
export function renderText({ findings, migrations, notes }: LintReport): string {
  const blocks: string[] = [];
  let file: string | undefined;
  for (const finding of findings) {
    const path = finding.path === undefined ? undefined : relative('.', finding.path);
    if (path !== undefined && path !== file) blocks.push(`\n${path}`);
    file = path;
    blocks.push(renderFinding(finding));
  }
  return [
    ...blocks,
    ...notes.map((note) => `(${note})`),
    `${blocks.length > 0 ? '\n' : ''}${renderVerdict({ findings, migrations })}`,
  ].join('\n');
}

function renderFinding({ severity, rule, line, column, message, remedy, excerpt }: LintFinding): string {
  const place = line === undefined ? '' : `${line}${column === undefined ? '' : `:${column}`} `;
  return [
    `  ${SIGNS[severity]} ${place}${message} [${rule}]`,
    ...(excerpt === undefined ? [] : excerpt.split('\n').map((text) => `    ${text}`)),
    ...(remedy === undefined ? [] : [`    → ${remedy}`]),
  ].join('\n');
}

export function renderVerdict({ findings, migrations }: Pick<LintReport, 'findings' | 'migrations'>): string {
  const [errors, warnings] = [countOf(findings, 'error'), countOf(findings, 'warning')];
  const looked = `${plural(migrations.length, 'migration')} looked at`;
  if (errors + warnings === 0) return `${looked}: nothing found`;
  return `${looked}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
}

import { appendFileSync } from 'node:fs';
import { inCell, renderDetails } from '../../../report/markdown';
import type { Proof, ProofReport, StepState } from '../proof';
import type { ProofPrinter } from './printer';
import { renderVerdict } from './text';

const SIGNS: Readonly<Record<StepState, string>> = { yes: '✅', no: '❌', order: '⚠️', 'not run': '–' };
const STATES: Readonly<Record<Proof['state'], string>> = { proven: '✅', failed: '❌', irreversible: '⛔' };

/** Adds a summary to the page of the workflow's run (`GITHUB_STEP_SUMMARY`). */
export function summaryPrinter(path: string, data: boolean): ProofPrinter {
  return {
    begin: () => undefined,
    proof: () => undefined,
    end: (report) => {
      if (report.proofs.length > 0) appendFileSync(path, `${renderSummary(report, data)}\n`);
    },
  };
}

export function renderSummary(report: ProofReport, data: boolean): string {
  const columns = ['', 'migration', 'up', 'down', 'restored', 'again', ...(data ? ['rows'] : []), 'ms'];
  const rows = report.proofs.map(({ migration, state, steps, milliseconds }) => {
    const { up, down, restored, again } = steps;
    const marks = [up, down, restored, again, ...(data ? [steps.rows] : [])].map((step) => SIGNS[step]);
    return [STATES[state], inCell(migration.tag), ...marks, String(milliseconds)];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const findings = [...report.proofs.flatMap(({ problems }) => problems), ...(report.range?.problems ?? [])];
  return [
    ...['### Rollback proofs', '', line(columns), line(columns.map(() => '---')), ...rows.map(line), ''],
    ...[
      ...renderVerdict(report)
        .split('\n')
        .map((text) => `${inCell(text)}  `),
      '',
    ],
    ...findings.map((finding) => renderDetails(finding)),
  ].join('\n');
}

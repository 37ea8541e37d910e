import Table from 'cli-table3';
import { plural } from '../../../../../runner/src/report/plural';
import type { Finding } from '../../../report/finding';
import { limited } from '../../../report/limited';
import { hasFailed, type Proof, type ProofReport, type StepState } from '../proof';
import type { ProofPrinter } from './printer';
import { STATE_SIGNS } from './progress';

const SIGNS: Readonly<Record<StepState, string>> = { yes: '✓', no: '✗', order: '~', 'not run': '–' };
/** So that the table is no wider than 100 columns. */
const LONGEST_TAG = 44;

/** For a person at a terminal: each finding as it comes, a table, and one sentence at the end. */
export function textPrinter(print: (line: string) => void, data: boolean): ProofPrinter {
  return {
    begin: (chosen) => {
      if (chosen.length === 0) print('no migration to prove: none of the files has changed');
      else print(`proving ${plural(chosen.length, 'migration')}${data ? ', with rows' : ''}`);
    },
    proof: ({ problems, warnings }) => {
      for (const problem of problems) print(renderFinding('✗', problem));
      for (const warning of warnings) print(renderFinding('!', warning));
    },
    end: (report) => {
      for (const problem of report.range?.problems ?? []) print(renderFinding('✗', problem));
      if (report.proofs.length > 0) print(`\n${renderTable(report.proofs, data)}\n${renderVerdict(report)}`);
    },
  };
}

export function renderFinding(sign: string, { message, detail, remedy }: Finding): string {
  const lines = [`${sign} ${message}`, ...(detail ? indented(limited(detail)) : [])];
  return [...lines, ...(remedy ? [`  → ${remedy}`] : [])].join('\n');
}

const indented = (text: string) => text.split('\n').map((line) => `  ${line}`);

export function renderTable(proofs: readonly Proof[], data: boolean): string {
  const rows = data ? ['rows'] : [];
  const table = new Table({
    head: ['', 'migration', 'up', 'down', 'restored', 'again', ...rows, 'ms'],
    colAligns: ['left', 'left', ...Array<'center'>(4 + rows.length).fill('center'), 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { migration, state, steps, milliseconds } of proofs) {
    const { up, down, restored, again } = steps;
    const marks = [up, down, restored, again, ...(data ? [steps.rows] : [])].map((step) => SIGNS[step]);
    table.push([STATE_SIGNS[state], shortened(migration.tag), ...marks, String(milliseconds)]);
  }
  return table.toString();
}

function shortened(tag: string): string {
  return tag.length <= LONGEST_TAG ? tag : `${tag.slice(0, LONGEST_TAG - 1)}…`;
}

export function renderVerdict(report: ProofReport): string {
  const { proofs, range } = report;
  const count = (state: Proof['state']) => proofs.filter((proof) => proof.state === state).length;
  const parts = [
    `${count('proven')} of ${plural(proofs.length, 'migration')} proven`,
    ...(count('irreversible') > 0 ? [`${count('irreversible')} declared irreversible`] : []),
    ...(count('failed') > 0 ? [`${count('failed')} NOT proven`] : []),
  ];
  const reordered = proofs.filter(({ columnOrder }) => columnOrder.length > 0).length;
  const order = reordered > 0 ? `; ~ restored with columns in another order: ${reordered}` : '';
  const inOneGo =
    range === undefined
      ? ''
      : `\n${range.from} back to ${range.to} in one go: ${range.state === 'proven' ? 'proven' : 'NOT proven'} (${range.milliseconds} ms)`;
  const unfilled = proofs.flatMap(({ migration, rows }) =>
    (rows?.notFilled ?? []).map((why) => `\nwithout rows in ${migration.tag}: ${why}`),
  );
  const what = hasFailed(report) ? 'FAILED' : 'passed';
  return `${parts.join(', ')}${order}${inOneGo}${unfilled.join('')}\nproof ${what}`;
}

import { relative } from 'node:path';
import type { Finding } from '../../../report/finding';
import { hasFailed, type Proof, type ProofReport } from '../proof';
import type { ProofPrinter } from './printer';

/** One document for programs; the fields keep their names. */
export function jsonPrinter(print: (text: string) => void, folder: string): ProofPrinter {
  return {
    begin: () => undefined,
    proof: () => undefined,
    end: (report) => print(JSON.stringify(toDocument(report, folder), null, 2)),
  };
}

export function toDocument(report: ProofReport, folder: string): Record<string, unknown> {
  const { proofs, range } = report;
  const count = (state: Proof['state']) => proofs.filter((proof) => proof.state === state).length;
  const finding = ({ path, ...rest }: Finding) => ({
    ...rest,
    ...(path !== undefined && { file: relative('.', path) }),
  });
  return {
    ok: !hasFailed(report),
    folder,
    proven: count('proven'),
    failed: count('failed'),
    irreversible: count('irreversible'),
    migrations: proofs.map(({ migration, script, problems, warnings, reason, ...proof }) => ({
      tag: migration.tag,
      state: proof.state,
      file: relative('.', migration.path),
      script: script === undefined ? null : relative('.', script),
      ...(reason !== undefined && { irreversible: reason }),
      steps: proof.steps,
      columnOrder: proof.columnOrder.map(({ kind, name, expected, actual }) => ({
        kind,
        name,
        expected,
        actual,
      })),
      problems: problems.map(finding),
      warnings: warnings.map(finding),
      ...(proof.rows && { rows: proof.rows }),
      milliseconds: proof.milliseconds,
    })),
    ...(range && { range: { ...range, problems: range.problems.map(finding) } }),
  };
}

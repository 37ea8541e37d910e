import type { Migration } from '../../../../../core/journal';
import type { Proof, ProofReport } from '../proof';

/** Where the outcome of the proofs goes, while they run and at the end. */
export interface ProofPrinter {
  begin(chosen: readonly Migration[]): void;
  proof(proof: Proof): void;
  end(report: ProofReport): void;
}

/** Calls several printers one after the other. */
export function printAll(printers: readonly ProofPrinter[]): ProofPrinter {
  return {
    begin: (chosen) => {
      for (const printer of printers) printer.begin(chosen);
    },
    proof: (proof) => {
      for (const printer of printers) printer.proof(proof);
    },
    end: (report) => {
      for (const printer of printers) printer.end(report);
    },
  };
}

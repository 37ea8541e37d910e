import { renderAnnotation } from '../../../report/annotations';
import type { ProofPrinter } from './printer';

/** Puts each finding beside its line in the pull request, by GitHub's workflow commands. */
export function annotationPrinter(print: (line: string) => void, root: string | undefined): ProofPrinter {
  const options = { title: 'drizzle-gate rollback prove', root };
  return {
    begin: () => undefined,
    proof: ({ problems, warnings }) => {
      for (const problem of problems) print(renderAnnotation('error', problem, options));
      for (const warning of warnings) print(renderAnnotation('warning', warning, options));
    },
    end: ({ range }) => {
      for (const problem of range?.problems ?? []) print(renderAnnotation('error', problem, options));
    },
  };
}

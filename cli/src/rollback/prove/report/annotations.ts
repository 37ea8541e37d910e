import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Finding } from '../proof';
import type { ProofPrinter } from './printer';
import { limited } from './text';

/** @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapeData = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Puts each finding beside its line in the pull request, by GitHub's workflow commands. */
export function annotationPrinter(print: (line: string) => void, root: string | undefined): ProofPrinter {
  return {
    begin: () => undefined,
    proof: ({ problems, warnings }) => {
      for (const problem of problems) print(renderAnnotation('error', problem, root));
      for (const warning of warnings) print(renderAnnotation('warning', warning, root));
    },
    end: ({ range }) => {
      for (const problem of range?.problems ?? []) print(renderAnnotation('error', problem, root));
    },
  };
}

export function renderAnnotation(
  level: 'error' | 'warning',
  { message, detail, remedy, path, line }: Finding,
  root: string | undefined,
): string {
  const file = path === undefined ? undefined : pathFrom(root, path);
  const properties = [
    ...(file === undefined ? [] : [`file=${escapeProperty(file)}`, `line=${line ?? 1}`]),
    `title=${escapeProperty('drizzle-gate rollback prove')}`,
  ];
  const text = [message, ...(detail ? [limited(detail)] : []), ...(remedy ? [`→ ${remedy}`] : [])].join('\n');
  return `::${level} ${properties.join(',')}::${escapeData(text)}`;
}

/** As GitHub knows the file: from the root of the repository, with "/". A file outside has no place there. */
export function pathFrom(root: string | undefined, path: string): string | undefined {
  const fromRoot = relative(root ?? process.cwd(), resolve(path));
  return fromRoot.startsWith('..') || isAbsolute(fromRoot) ? undefined : fromRoot.split(sep).join('/');
}

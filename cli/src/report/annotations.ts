import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Finding } from './finding';
import { limited } from './limited';

/** @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapeData = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

export interface AnnotationOptions {
  /** What says it: the command. */
  readonly title: string;
  /** The folder from which GitHub names files. @default - where the command was called */
  readonly root?: string | undefined;
}

/** Puts a finding beside its line in the pull request, by a workflow command of GitHub. */
export function renderAnnotation(
  level: 'error' | 'warning',
  { message, detail, remedy, path, line }: Finding,
  { title, root }: AnnotationOptions,
): string {
  const file = path === undefined ? undefined : pathFrom(root, path);
  const properties = [
    ...(file === undefined ? [] : [`file=${escapeProperty(file)}`, `line=${line ?? 1}`]),
    `title=${escapeProperty(title)}`,
  ];
  const text = [message, ...(detail ? [limited(detail)] : []), ...(remedy ? [`→ ${remedy}`] : [])].join('\n');
  return `::${level} ${properties.join(',')}::${escapeData(text)}`;
}

/** As GitHub knows the file: from the root of the repository, with "/". A file outside has no place there. */
export function pathFrom(root: string | undefined, path: string): string | undefined {
  const fromRoot = relative(root ?? process.cwd(), resolve(path));
  return fromRoot.startsWith('..') || isAbsolute(fromRoot) ? undefined : fromRoot.split(sep).join('/');
}

import type { Layout, Remark } from './types';

/** One migration as a layout names it, before its file is read. */
export interface Entry {
  readonly tag: string;
  readonly when: number;
  /** Relative to the folder, with "/". */
  readonly file: string;
}

/** What a layout says of a folder; with problems, the entries are those without one. */
export interface FolderContent {
  readonly layout: Layout;
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
  readonly remarks: readonly Remark[];
}

/** A value for a message; what a mangled file holds can be long, or too deep to print. */
export function shortened(value: unknown): string {
  try {
    const text = JSON.stringify(value) ?? 'undefined';
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
  } catch {
    return 'unprintable';
  }
}

/** The first few of a list, for a message. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

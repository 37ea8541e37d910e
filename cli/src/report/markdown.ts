import type { Finding } from './finding';
import { limited } from './limited';

/** Text as it is, where GitHub's Markdown takes HTML; a line break would end the element. */
export const inHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', ' ');

/** Text as it is, in the cell of a table. */
export const inCell = (text: string): string => inHtml(text).replace(/[|_`*~[\]\\]/g, '\\$&');

/** A block that shows text as it is; its fence is longer than any that the text itself can have. */
export function fenced(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A finding that a click opens. */
export function renderDetails({ message, detail, remedy }: Finding, language = 'diff'): string {
  const text = [...(detail ? [limited(detail)] : []), ...(remedy ? [`→ ${remedy}`] : [])].join('\n');
  return `<details><summary>${inHtml(message)}</summary>\n\n${fenced(text, language)}\n\n</details>\n`;
}

import { diffLines } from 'diff';
import { excerptOf } from '../errors/excerpt';

/** Lines that are shown. */
const SHOWN = 20;
/** Characters; what is longer is bulk data. */
const LARGEST = 1_000_000;
/** Changed lines, and milliseconds, after which nobody looks for the smallest difference any more. */
const LIMITS = { maxEditLength: 1000, timeout: 500, ignoreNewlineAtEof: true };

/**
 * The lines that differ between two scripts, whatever their line ends: `-` as it was, `+` as it is. Passwords in them are
 * masked and long lines cut.
 */
export function scriptDifference(was: string, is: string): string {
  const [before, after] = [was, is].map((text) => text.replaceAll('\r\n', '\n')) as [string, string];
  const changes =
    Math.max(before.length, after.length) > LARGEST ? undefined : diffLines(before, after, LIMITS);
  if (!changes)
    return `too much differs to be shown: ${lineCount(before)} lines as it was, ${lineCount(after)} now`;
  const lines: string[] = [];
  const at = { before: 0, after: 0 };
  for (const { value, added, removed } of changes) {
    if (removed) lines.push(...linesAt(before, at.before, value).map((line) => `- ${line}`));
    if (added) lines.push(...linesAt(after, at.after, value).map((line) => `+ ${line}`));
    if (!added) at.before += value.length;
    if (!removed) at.after += value.length;
  }
  if (lines.length === 0) return 'only how lines end differs';
  const more = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

/** Each line as an error shows it; the whole script is needed to see what is a password. */
function linesAt(script: string, from: number, value: string): string[] {
  let offset = from;
  return value
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const shown = excerptOf(script, offset, { caret: false });
      offset += line.length + 1;
      return shown;
    });
}

function lineCount(text: string): number {
  return text.split('\n').length;
}

import { plural } from '../../../runner/src/report/plural';

/** Of the lines that belong to one finding. */
const MOST_LINES = 60;

/** Text of which a person sees the beginning, and where the rest is. */
export function limited(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MOST_LINES) return text;
  return [
    ...lines.slice(0, MOST_LINES),
    `… and ${plural(lines.length - MOST_LINES, 'line')} more; --json has all`,
  ].join('\n');
}

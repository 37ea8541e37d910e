import type { EffectsCollector } from './effects';

const PART = String.raw`("(?:[^"]|"")+"|[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`;
const HEAD = new RegExp(
  String.raw`^(?:insert\s+into|merge\s+into|update|delete\s+from|copy)\s+(?:only\s+)?${PART}(?:\s*\.\s*${PART})?`,
  'i',
);

/** INSERT of rows that it lists itself: there may be very many of these, and they need no parser. */
const LISTED = new RegExp(
  String.raw`^insert\s+into\s+${PART}(?:\s*\.\s*${PART})?\s*(?:\([^()]*\)\s*)?values\b`,
  'i',
);

export function listsRows(text: string): boolean {
  return LISTED.test(text.slice(0, 1000));
}

/** What all effects of such a statement follow from: two of the same beginning have the same; undefined for others. */
export function beginningOfListed(text: string): string | undefined {
  return LISTED.exec(text.slice(0, 1000))?.[0];
}

/** The effects of a statement by its first words, which name the table. */
export function bulkEffects(text: string, amount: 'few' | 'many', effects: EffectsCollector): void {
  const found = HEAD.exec(text.slice(0, 1000));
  effects.change(amount);
  if (!found?.[1]) {
    effects.unknown.push('a statement that is too large to be parsed');
    return;
  }
  const [first, second] = [found[1], found[2]].map((part) => part && unquote(part));
  effects.lock(
    { schema: second === undefined ? undefined : first, name: second ?? first ?? '' },
    'ROW EXCLUSIVE',
  );
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase();
}

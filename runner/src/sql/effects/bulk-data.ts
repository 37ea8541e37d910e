import type { EffectsCollector } from './effects';

const PART = String.raw`("(?:[^"]|"")+"|[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`;
const HEAD = new RegExp(
  String.raw`^(?:insert\s+into|merge\s+into|update|delete\s+from|copy)\s+(?:only\s+)?${PART}(?:\s*\.\s*${PART})?`,
  'i',
);

/** The effects of a statement that is too large for the parser: its first words name the table. */
export function bulkEffects(text: string, effects: EffectsCollector): void {
  const found = HEAD.exec(text.slice(0, 1000));
  effects.change('many');
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

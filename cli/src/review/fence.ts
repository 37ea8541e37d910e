/** Text of others as code: in a fence longer than any that it has, so that it can't end it and become a comment's own words. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** As many whole lines as have room, counted in bytes of UTF-8, and how many were left out. */
export function cutLines(text: string, room: number): { readonly text: string; readonly left: number } {
  const lines = text.replace(/\n$/, '').split('\n');
  let used = 0;
  const end = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 1;
    return used > room;
  });
  if (end < 0) return { text: lines.join('\n'), left: 0 };
  return { text: lines.slice(0, end).join('\n'), left: lines.length - end };
}

/** A section that is opened with a click; its title is text of others. */
export function folded(title: string, body: string): string {
  return `<details><summary>${inHtml(title)}</summary>\n\n${body}\n\n</details>`;
}

export function inHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '@\u200b')
    .replace(/\s+/g, ' ');
}

/** A DO block with these lines as its body, in quotes that nothing in them ends. */
export function doBlock(word: string, lines: readonly string[]): string {
  const body = lines.join('\n');
  let tag = `$${word}$`;
  for (let count = 2; body.includes(tag); count++) tag = `$${word}${count}$`;
  return `DO ${tag}\n${body}\n${tag}`;
}

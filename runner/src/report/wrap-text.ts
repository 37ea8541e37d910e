/** Cuts text into lines: between words, within a long name behind a dot or underscore, else where the line is full. */
export function wrapText(text: string, width: number): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const room = rest.slice(0, width + 1);
    const space = room.lastIndexOf(' ');
    const name = Math.max(room.slice(0, width).lastIndexOf('_'), room.slice(0, width).lastIndexOf('.')) + 1;
    const end = space > 0 ? space : name > 1 ? name : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest].join('\n');
}

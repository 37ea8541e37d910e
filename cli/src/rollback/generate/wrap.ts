const WIDTH = 118;

/** Comment lines of a text; what does not fit the first goes on in lines that are indented. */
export function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '--';
  // A line end in a name would end the comment.
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line.length + 1 + word.length > WIDTH && line !== '--') {
      lines.push(line);
      line = '--  ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

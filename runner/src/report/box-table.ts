import stringWidth from 'string-width';

/**
 * A table with a head, in the lines that cli-table3 draws around one without lines between its rows. For what nearly every
 * run says: to load and draw it with the library takes a tenth of such a run.
 *
 * @param rows each with as many cells as the head.
 */
export function boxTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map(inOneLine));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => stringWidth(cells[column] ?? ''))));
  const edge = (left: string, between: string, right: string) =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(between)}${right}`;
  const drawn = lines.map((cells) => {
    const padded = cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)));
    return `│ ${padded.join(' │ ')} │`;
  });
  return [edge('┌', '┬', '┐'), ...drawn, edge('└', '┴', '┘')].join('\n');
}

/** A cell with a line end would break the lines around it. */
function inOneLine(cell: string): string {
  return cell.replace(/\s*\n\s*/g, ' ');
}

/**
 * Puts each text between its markers in a page, `<!-- measured: NAME -->` and `<!-- end -->`; other sections stay.
 *
 * @throws Error for a text without markers.
 */
export function fillSections(page: string, sections: Readonly<Record<string, string>>): string {
  let filled = page;
  for (const [name, text] of Object.entries(sections)) {
    const start = `<!-- measured: ${name} -->\n`;
    const [from, to] = [filled.indexOf(start), filled.indexOf('<!-- end -->', filled.indexOf(start))];
    if (from < 0 || to < 0) throw new Error(`the page has no markers for ${name}`);
    filled = `${filled.slice(0, from + start.length)}${text}\n${filled.slice(to)}`;
  }
  return filled;
}

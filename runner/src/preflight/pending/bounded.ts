/** The first of many as one text, and how many more there are. */
export function listed(items: readonly string[], limit = 5): string {
  const unique = [...new Set(items)];
  const more = unique.length - limit;
  return unique.slice(0, limit).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The first of many as lines, and how many more there are. */
export function lines(items: readonly string[], limit = 10): string {
  const more = items.length - limit;
  return [...items.slice(0, limit), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** Stands where something was left out. */
const ELLIPSIS = '…';

/** The text, or as much of its beginning as fits into so many bytes of UTF-8, whole characters only. */
export function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = Math.max(0, limit - Buffer.byteLength(ELLIPSIS));
  // The bytes of a character after its first begin with 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}${ELLIPSIS}`;
}

/**
 * What commands a terminal or turns the direction of text around, but for the end of a line and the tab. Made when it is
 * needed, which is seldom.
 */
const controls = () => /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of others as a terminal may get it: what would move the cursor, colour or hide something is shown by its code
 * instead (`\u001b`). Messages of a server and names of files can hold anything.
 */
export function escapeControls(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(controls(), (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

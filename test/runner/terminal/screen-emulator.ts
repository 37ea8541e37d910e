/**
 * What a terminal would show of what is written to it: enough of one for a line that is drawn and erased. A width can be
 * changed; what is wider then is wrapped again, as terminals do.
 */
export class ScreenEmulator {
  private rows: string[] = [''];
  private row = 0;
  private column = 0;
  readonly written: string[] = [];

  constructor(public columns: number) {}

  write(text: string): boolean {
    this.written.push(text);
    for (const [token] of text.matchAll(/\p{Cc}\[\??\d*[hlJKm]|[\s\S]/gu)) this.take(token);
    return true;
  }

  /** The window has another width: the line of the cursor is wrapped, and the cursor stays at its beginning. */
  resize(columns: number): void {
    this.columns = columns;
    const line = this.rows[this.row] ?? '';
    const parts = line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''];
    this.rows.splice(this.row, 1, ...parts);
  }

  get lines(): string[] {
    return this.rows.map((row) => row.trimEnd());
  }

  private take(token: string): void {
    if (token === '\r') this.column = 0;
    else if (token === '\n') {
      this.row += 1;
      this.column = 0;
      this.rows[this.row] ??= '';
    } else if (token === '\u001b[J') {
      this.rows[this.row] = (this.rows[this.row] ?? '').slice(0, this.column);
      this.rows.length = this.row + 1;
    } else if (!token.startsWith('\u001b')) {
      const row = (this.rows[this.row] ?? '').padEnd(this.column);
      this.rows[this.row] = row.slice(0, this.column) + token + row.slice(this.column + token.length);
      this.column += token.length;
    }
  }
}

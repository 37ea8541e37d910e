import { cutToWidth } from './cut-to-width';

/** A terminal as far as the line needs one. */
export interface TerminalStream {
  /** Absent or 0 where it is not known. */
  readonly columns?: number;
  write(text: string): unknown;
}

const DEFAULT_COLUMNS = 80;
/** From the cursor on, whatever is below it: a line that was wrapped when the window became narrower goes as a whole. */
const ERASE = '\u001b[J';
/** Whatever a terminal takes the width of a character for, the line stays one. */
const [WRAP_OFF, WRAP_ON] = ['\u001b[?7l', '\u001b[?7h'];

/**
 * A line below everything that was written, which is drawn again and again. The cursor waits at its beginning, so that it
 * is found there after the window has changed its size, too.
 */
export class BottomLine {
  private shown = '';

  /** @param paint colours what has been cut. */
  constructor(
    private readonly stream: TerminalStream,
    private readonly paint: (text: string) => string,
  ) {}

  /** Draws the line; an empty text takes it away. What is there already is not drawn again. */
  show(text: string): void {
    // Some terminals wrap when the last column is taken.
    const cut = cutToWidth(text, (this.stream.columns || DEFAULT_COLUMNS) - 1);
    if (cut === this.shown) return;
    this.shown = cut;
    this.stream.write(cut === '' ? `\r${ERASE}` : this.drawn());
  }

  /** Writes above the line. */
  around(write: () => void): void {
    const isShown = this.shown !== '';
    if (isShown) this.stream.write(`\r${ERASE}`);
    write();
    if (isShown) this.stream.write(this.drawn());
  }

  private drawn(): string {
    return `\r${WRAP_OFF}${this.paint(this.shown)}${WRAP_ON}${ERASE}\r`;
  }
}

import { BottomLine, type TerminalStream } from '../../../runner/src/terminal/bottom-line';
import type { Palette } from '../../../runner/src/terminal/palette';
import { renderElapsed } from '../../../runner/src/terminal/render-elapsed';

/** Milliseconds between two looks at the clock. */
const EVERY_MS = 200;
/** A container that ends sooner shows no line. */
const AFTER_MS = 500;

/** A line on a terminal, below what is printed, that tells which container runs and since when. */
export class ContainerLine {
  private readonly line: BottomLine;

  constructor(stream: TerminalStream, { aside }: Palette) {
    this.line = new BottomLine(stream, aside);
  }

  /** The same way to print, above the line. */
  above(print: (text: string) => void): (text: string) => void {
    return (text) => this.line.around(() => print(text));
  }

  /** The line is there while `use` runs, and gone afterwards. */
  async during<T>(container: string, use: () => Promise<T>): Promise<T> {
    const started = Date.now();
    const timer = setInterval(() => {
      const elapsed = Date.now() - started;
      if (elapsed >= AFTER_MS) this.line.show(`  │ ${container} · ${renderElapsed(elapsed)}`);
    }, EVERY_MS);
    timer.unref();
    try {
      return await use();
    } finally {
      clearInterval(timer);
      this.line.show('');
    }
  }
}

import type { Follower } from '../activity/follower';
import type { OpenPart, PartEnd, RunningStatement, Sight } from '../activity/part';
import { BottomLine, type TerminalStream } from './bottom-line';
import { escapeControls } from './escape-controls';
import { type Palette, PLAIN } from './palette';
import { RunProgress } from './run-progress';

/** Milliseconds between two looks at what the run does. */
const EVERY_MS = 200;
/** A run that ends sooner shows no line. */
const AFTER_MS = 500;

export interface ProgressLineOptions {
  readonly palette?: Palette | undefined;
  /** Takes secrets out; what a run does is named by tags and by names of the database. */
  readonly redact: (text: string) => string;
}

/** Shows on a terminal, below the events, what the run is doing; gone when the run ends, whichever way it does. */
export class ProgressLine implements Follower {
  private readonly line: BottomLine;
  private readonly progress = new RunProgress();
  private readonly redact: (text: string) => string;
  private timer: NodeJS.Timeout | undefined;
  private since = 0;

  constructor(stream: TerminalStream, { palette = PLAIN, redact }: ProgressLineOptions) {
    this.line = new BottomLine(stream, palette.aside);
    this.redact = redact;
  }

  /** The same way to write, above the line. */
  above(write: (text: string) => void): (text: string) => void {
    return (text) => this.line.around(() => write(text));
  }

  began(open: OpenPart): void {
    this.progress.began(open);
    if (open.part.kind === 'unit') this.start();
  }

  ended(open: OpenPart, end: PartEnd): void {
    this.progress.ended(open, end);
    if (open.part.kind === 'unit') this.line.show('');
    if (open.part.kind === 'run') this.stop();
  }

  statement(statement: RunningStatement | undefined): void {
    this.progress.statement(statement);
  }

  saw(sight: Sight): void {
    this.progress.saw(sight);
  }

  private start(): void {
    if (this.timer) return;
    this.since = Date.now();
    this.timer = setInterval(() => this.draw(), EVERY_MS);
    this.timer.unref();
  }

  private draw(): void {
    const now = Date.now();
    if (now - this.since < AFTER_MS) return;
    this.line.show(escapeControls(this.redact(this.progress.text(now)).replace(/\s/g, ' ')));
  }

  private stop(): void {
    clearInterval(this.timer);
    this.line.show('');
  }
}

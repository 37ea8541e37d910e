import { InvalidPropsError } from '../invalid-props-error';

/**
 * Gathers what is wrong with some props, so that one attempt shows every mistake.
 * Each problem is one line: the prop that the caller wrote, the value, the remedy.
 */
export class Problems {
  private readonly lines: string[] = [];

  add(subject: string, text: string): void {
    this.lines.push(`${subject}: ${text}`);
  }

  /** Adds the problem that a check found, if it found one. */
  check(subject: string, text: string | undefined): void {
    if (text !== undefined) this.add(subject, text);
  }

  /**
   * Runs `action`; faults in the props that it passes on become problems of this collection.
   * `renamed` maps the names of those props to what the caller of the outer construct wrote.
   */
  attempt<T>(action: () => T, renamed: { readonly [prop: string]: string } = {}): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof InvalidPropsError)) throw error;
      for (const line of error.problems) {
        const [subject = ''] = line.split(':', 1);
        this.lines.push(subject in renamed ? `${renamed[subject]}${line.slice(subject.length)}` : line);
      }
      return undefined;
    }
  }

  /** @throws InvalidPropsError with one line for each problem. */
  throwIfAny(): void {
    if (this.lines.length > 0) throw new InvalidPropsError([...new Set(this.lines)]);
  }
}

/** How a wrong value stands in a message. */
export function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

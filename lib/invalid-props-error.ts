/**
 * Faults in the props that a caller gave: every line of the message is one problem with its remedy. A program that makes
 * charts can catch it by its `name`, print the message, and end.
 */
export class InvalidPropsError extends Error {
  /** The lines of the message. */
  public readonly problems!: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'InvalidPropsError';
    // Not to be printed again beside the message, as Node does with every property of an error that nobody caught.
    Object.defineProperty(this, 'problems', { value: problems, enumerable: false });
    Object.defineProperty(this, 'name', { enumerable: false });
  }
}

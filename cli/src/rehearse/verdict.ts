import Table from 'cli-table3';

interface Step {
  readonly title: string;
  readonly exitCode: number;
  readonly duration: number;
  readonly note: string;
}

/** Collects how the steps of a rehearsal ended. */
export class Verdict {
  private readonly steps: Step[] = [];

  /** `exitCode` is 0 when the step did what it must; `duration` in milliseconds. */
  add(title: string, exitCode: number, duration: number, note: string): void {
    this.steps.push({ title, exitCode, duration, note });
  }

  get passed(): boolean {
    return this.exitCode === 0;
  }

  /** The code of the first step that failed. */
  get exitCode(): number {
    return this.steps.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;
  }

  /** @param proven what these manifests do, if every step passed. */
  render(proven: string): string {
    const table = new Table({
      head: ['', 'step', 'outcome', 'ms'],
      colAligns: ['left', 'left', 'left', 'right'],
      style: { head: [], border: [], compact: true },
    });
    for (const { title, exitCode, duration, note } of this.steps) {
      table.push([exitCode === 0 ? '✓' : '✗', title, note, duration === 0 ? '' : String(duration)]);
    }
    const words = this.passed
      ? proven
      : `FAILED (exit code ${this.exitCode}). Look at the first step marked ✗ above.`;
    return `${table.toString()}\nverdict: ${words}`;
  }
}

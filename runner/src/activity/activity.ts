import { toGateError } from '../errors/to-gate-error';
import type { Follower } from './follower';
import type { Happening, OpenPart, Part, PartEnd, RunningStatement, Sight } from './part';

/**
 * What the run is doing, kept in one place and told to those who follow it. A run works on one thing at a time, so its
 * parts are a stack. A follower that fails is not told anything more, and never fails the run.
 */
export class Activity {
  private readonly parts: OpenPart[] = [];
  private readonly followers = new Set<Follower>();
  private running: RunningStatement | undefined;

  /**
   * Tells a follower of everything from now on; what is open already, it is told first.
   *
   * @returns ends that.
   */
  follow(follower: Follower): () => void {
    this.followers.add(follower);
    for (const open of this.parts) this.tell(follower, () => follower.began?.(open));
    return () => this.followers.delete(follower);
  }

  /** The statement that runs now. */
  get statement(): RunningStatement | undefined {
    return this.running;
  }

  /** Tag of the migration that is being applied or undone now. */
  get migration(): string | undefined {
    const part = this.parts.at(-1)?.part;
    return part?.kind === 'migration' ? part.migration : undefined;
  }

  /** Runs `use` as a part of the run. Where `use` gives the word `stale`, nothing of it was done. */
  async during<T>(part: Part, use: (open: OpenPart) => Promise<T>): Promise<T> {
    const open: OpenPart = { part, startedAt: Date.now(), rows: 0 };
    this.parts.push(open);
    this.all((follower) => follower.began?.(open));
    try {
      const result = await use(open);
      this.end(open, { outcome: result === 'stale' ? 'stale' : 'succeeded' });
      return result;
    } catch (error) {
      this.end(open, { outcome: 'failed', failure: toGateError(error) });
      throw error;
    }
  }

  /**
   * Runs a statement of the migration that is open.
   *
   * @param use gives the number of rows that it changed.
   */
  async execute(statement: Omit<RunningStatement, 'startedAt'>, use: () => Promise<number>): Promise<void> {
    this.running = { ...statement, startedAt: Date.now() };
    this.all((follower) => follower.statement?.(this.running));
    try {
      const rows = await use();
      for (const open of this.parts) open.rows += rows;
    } finally {
      this.running = undefined;
      this.all((follower) => follower.statement?.(undefined));
    }
  }

  /** Whether somebody wants to know what is seen of the statement that runs. */
  get isWatched(): boolean {
    return [...this.followers].some((follower) => follower.saw !== undefined);
  }

  /** Tells what was seen of a statement, as long as it runs. */
  saw(statement: RunningStatement | undefined, sight: Sight): void {
    if (statement && statement === this.running) this.all((follower) => follower.saw?.(sight));
  }

  happened(happening: Happening): void {
    this.all((follower) => follower.happened?.(happening, this.parts.at(-1)?.part));
  }

  private end(open: OpenPart, end: PartEnd): void {
    this.parts.splice(this.parts.indexOf(open), 1);
    this.all((follower) => follower.ended?.(open, end));
  }

  private all(tell: (follower: Follower) => void): void {
    for (const follower of this.followers) this.tell(follower, () => tell(follower));
  }

  private tell(follower: Follower, tell: () => void): void {
    try {
      tell();
    } catch {
      this.followers.delete(follower);
    }
  }
}

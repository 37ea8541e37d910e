import type { Sent, Session } from './session';

/** A text that will be run. */
export interface Planned {
  readonly text: string;
  /** Whether it is sent only when it is run: an answer before it decides something. */
  readonly isInTurn: boolean;
}

/** Messages on their way at a time: at one millisecond a statement, they outlast the way to another continent and back. */
const MOST_MESSAGES = 64;
/** UTF-16 units on their way at a time; with more, what is waiting in memory is worth more than the way. */
const MOST_CHARACTERS = 250_000;

interface OnTheWay {
  readonly text: string;
  readonly sent: Sent;
}

/**
 * A session that sends texts before their turn, so that they need not wait for the answers to those before them. Whoever
 * uses it runs the same texts in the same order, and waits for each: which of them failed is known as exactly as without.
 * It belongs into an open transaction in which nothing recovers from a failure, and its COMMIT is never sent ahead.
 *
 * @param plan what will be run, in order. A text that is run in another place is a fault of the runner, and fails.
 */
export function sendingAhead(session: Session, plan: Iterable<Planned>): Session {
  const flight = new Flight(session, plan[Symbol.iterator]());
  return {
    ...session,
    query: async (text, parameters) => {
      flight.assertLanded(text);
      return session.query(text, parameters);
    },
    execute: <T>(text: string) =>
      flight.answer(
        text,
        (sent) => sent.rows() as Promise<T[]>,
        () => session.execute<T>(text),
      ),
    complete: (text) =>
      flight.answer(
        text,
        (sent) => sent.complete(),
        () => session.complete(text),
      ),
  };
}

class Flight {
  private readonly onTheWay: OnTheWay[] = [];
  private characters = 0;
  /** What comes next in the plan. */
  private upcoming: IteratorResult<Planned>;
  private hasFailed = false;

  constructor(
    private readonly session: Session,
    private readonly plan: Iterator<Planned>,
  ) {
    this.upcoming = plan.next();
  }

  /** The answer to a text of the plan; others run only while nothing is on its way. */
  async answer<T>(text: string, take: (sent: Sent) => Promise<T>, run: () => Promise<T>): Promise<T> {
    if (this.onTheWay.length === 0 && this.upcoming.value?.text === text) this.send();
    this.fill();
    const head = this.onTheWay[0];
    if (head?.text !== text || this.hasFailed) {
      this.assertLanded(text);
      return run();
    }
    this.onTheWay.shift();
    try {
      return await take(head.sent);
    } catch (error) {
      this.hasFailed = true;
      throw error;
    } finally {
      this.characters -= text.length;
    }
  }

  /** After a failure everything may be said: the server takes nothing else of the transaction any more. */
  assertLanded(text: string): void {
    if (this.onTheWay.length === 0 || this.hasFailed) return;
    throw new Error(`run out of its turn: ${text.slice(0, 60)}`);
  }

  private fill(): void {
    while (!this.hasFailed && this.onTheWay.length > 0 && this.upcoming.value?.isInTurn === false) {
      const { length } = this.upcoming.value.text;
      if (this.onTheWay.length >= MOST_MESSAGES || this.characters + length > MOST_CHARACTERS) return;
      this.send();
    }
  }

  private send(): void {
    const { text } = this.upcoming.value;
    this.characters += text.length;
    this.onTheWay.push({ text, sent: this.session.ahead(text) });
    this.upcoming = this.plan.next();
  }
}

import { messageSplitter } from '../../test/support/server-proxy';

/** Messages of PostgreSQL's protocol behind which the server says that it is ready: a query, a sync, the startup. */
const ANSWERED_BY_READY = new Set(['Q', 'S', '']);
const FLUSH = 'H';
const READY = 'Z';

/**
 * Follows one connection of PostgreSQL, and counts the longest chain of messages from the client of which each was sent
 * when the answer to the one before had arrived. What is sent without waiting for an answer is one flight and counts once,
 * however many messages it has. So is each of a stream that never waits, but only keeps so many on their way.
 */
export class Flights {
  /** The longest chain so far. */
  count = 0;
  /** The newest flight that the server has heard, and that the client has the answer to. */
  private heard = 0;
  private answered = 0;
  /** Flights of messages that wait for the server to be ready, in order. */
  private readonly waiting: { readonly flight: number; readonly isStartup: boolean }[] = [];
  private isFlushed = false;
  private readonly fromClient = messageSplitter('client');
  private readonly fromServer = messageSplitter('server');

  /** The client sends something. @returns its flight, for when the server hears it. */
  send(chunk: Buffer): number {
    const flight = this.answered + 1;
    this.count = Math.max(this.count, flight);
    for (const { type } of this.fromClient(chunk)) {
      if (ANSWERED_BY_READY.has(type)) this.waiting.push({ flight, isStartup: type === '' });
      this.isFlushed = type === FLUSH;
    }
    return flight;
  }

  hear(flight: number): void {
    this.heard = Math.max(this.heard, flight);
  }

  /** The server says something. @returns the flight to which it completes the answer, for when the client hears it. */
  answer(chunk: Buffer): number {
    const next = this.waiting[0];
    // A login, and whoever asks the server to flush, goes on before the server says that it is ready.
    const isStep = !next || next.isStartup || this.isFlushed;
    let flight = isStep ? this.heard : 0;
    for (const { type } of this.fromServer(chunk)) {
      if (type === READY) flight = Math.max(flight, this.waiting.shift()?.flight ?? this.heard);
    }
    return flight;
  }

  conclude(flight: number): void {
    this.answered = Math.max(this.answered, flight);
  }
}

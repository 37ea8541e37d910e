import type { Socket } from 'node:net';
import postgres from 'postgres';
import { SqlState } from '../errors/sqlstate';
import { codeOf, toGateError } from '../errors/to-gate-error';
import { newAttempt } from './attempt';
import { driverOptions, type SessionOptions } from './driver-options';
import { InFlight, type Query } from './in-flight';
import { firstAnswer, interrupted, passwordFor, type SessionIdentity } from './log-in';
import { duringLogin } from './open-logins';
import type { ServerNotice } from './server-notice';
import { withLiterals } from './with-literals';

export type Row = Record<string, unknown>;

/** What the server says at the end of a statement. */
export interface Completion {
  /** As in its command tag: `INSERT`, `CREATE`. */
  readonly command: string;
  /** Rows in the command tag; 0 where it has none. */
  readonly count: number;
  /** Whether the statement gave rows back, which it then need not have changed. */
  readonly givesRows: boolean;
}

/** A text that was sent, and whose answer nobody has asked for yet. */
export interface Sent {
  /** Waits for the rows of its last statement. What the server says of it, in notices too, is said from now on. */
  rows(): Promise<Row[]>;
  /** The same for how each statement of it ended. */
  complete(): Promise<Completion[]>;
}

/**
 * One connection to the database. Its loss is an error and never hidden by a silent reconnect. What is asked without
 * waiting for the answer before is sent at once, and costs one round trip together.
 */
export interface Session {
  /**
   * Whether a pooler stands in between. Then a session's state and locks mean nothing beyond a transaction, because
   * the next one may run on another server connection.
   */
  readonly pooled: boolean;
  /** Process id of the server's side. Behind a pooler each transaction can have another. */
  readonly backendPid: number;
  /**
   * Whether a backslash in a plain string of a file is an escape, as the database or role may have it
   * (`standard_conforming_strings = off`): files must be cut into statements accordingly.
   */
  readonly backslashes: boolean;
  /** What was learned of the server: the value of client_connection_check_interval that it takes. */
  readonly known?: { checkInterval?: string };
  /** The version of TLS between us and what we connected to; undefined where it is plaintext. */
  readonly tls: string | undefined;
  /** Runs one statement with parameters, which are put into it as constants, and gives its rows. */
  query<T = Row>(text: string, parameters?: readonly (string | number | null)[]): Promise<T[]>;
  /** Runs text as it is, in the simple protocol: no parameters, any number of statements; gives the rows of the last. */
  execute<T = Row>(text: string): Promise<T[]>;
  /** The same, and gives how each statement ended. */
  complete(text: string): Promise<Completion[]>;
  /**
   * Sends text ahead of its turn. It belongs into an open transaction, in which nothing has an effect any more behind a
   * failure.
   */
  ahead(text: string): Sent;
  /** Sends text whose answer, and whose failure, is nobody's concern: the session can be closed without waiting for it. */
  tell(text: string): void;
  /**
   * Lets through, also after the run was told to end, what must still be said then: a rollback and the last note. All
   * of it has five seconds, then the connection is cut.
   */
  farewell<T>(use: () => Promise<T>): Promise<T>;
}

/** A session and how to end it. */
export interface OpenSession {
  readonly session: Session;
  close(): Promise<void>;
}

/** How long what is said after the signal may take altogether. */
const FAREWELL_LIMIT_MS = 5_000;

/** The protocol's farewell. */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);

/** Goes behind what was told. The driver would wait for the answer. */
async function leave(socket: Socket | undefined): Promise<void> {
  // It writes what is short at the end of a turn.
  await new Promise(setImmediate);
  socket?.end(TERMINATE).unref();
}

/** Opens one session, and closes it whatever happens. */
export async function withSession<T>(
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { session, close } = await openSession(options);
  try {
    return await use(session);
  } finally {
    await close();
  }
}

/** Opens one session, for whoever can't use {@link withSession}; it must be closed. */
export async function openSession(options: SessionOptions): Promise<OpenSession> {
  const started = Date.now();
  const password = await passwordFor(options);
  const rest = {
    ...options,
    connectTimeout: Math.max(options.connectTimeout - (Date.now() - started), 1000),
  };
  const loss = { isLost: false };
  const lose = () => {
    loss.isLost = true;
  };
  const attempt = options.ahead ?? newAttempt();
  const cut = () => {
    lose();
    void sql.end({ timeout: 0 }).catch(() => undefined);
  };
  const { signal, probeTiming, onNotice = () => undefined } = options;
  const inFlight = new InFlight({ signal, probeTiming, cut, onNotice });
  const heard = { ...rest, onNotice: (notice: ServerNotice) => inFlight.hear(notice) };
  const sql = postgres({ ...driverOptions(heard, password, attempt), onclose: lose });
  let reserved: postgres.ReservedSql | undefined;
  const close = async () => {
    attempt.isAbandoned = true;
    attempt.dialled?.socket.destroy();
    const isOpen = reserved !== undefined && !loss.isLost;
    if (isOpen) reserved?.release();
    if (isOpen && inFlight.isEmpty && inFlight.hasTold) return leave(attempt.socket);
    const ended = sql
      .end(isOpen && inFlight.isEmpty ? {} : { timeout: isOpen ? 2 : 0 })
      .catch(() => undefined);
    // What closes a connection is on its way then, and nothing is left to say; the server needs no company to the end.
    if (isOpen && inFlight.isEmpty) attempt.socket?.unref();
    else await ended;
  };
  try {
    // The driver never gives a connection that is reserved before its first query (with fetch_types off).
    const { rows, ...identity } = await duringLogin(firstAnswer(sql, rest, attempt));
    reserved = await sql.reserve();
    // A request to cancel has a connection of its own, later, which can lead elsewhere.
    inFlight.peer = attempt.peer;
    attempt.isLoggedIn = true;
    // The driver tells of the end alone, and never answers what is asked between a failure and the end.
    attempt.socket?.once('error', lose);
    const opening = options.opening === undefined ? undefined : { text: options.opening, rows };
    const session = sessionOf({
      ...identity,
      sql: reserved,
      options,
      loss,
      cut,
      inFlight,
      opening,
    });
    return { session, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface SessionParts extends SessionIdentity {
  readonly sql: postgres.ReservedSql;
  readonly options: SessionOptions;
  /** Whether the connection is gone. */
  readonly loss: Readonly<{ isLost: boolean }>;
  /** Gives the connection up at once; what is running on it fails. */
  readonly cut: () => void;
  readonly inFlight: InFlight;
  /** What was asked with the login, and its answer, as long as nothing else was asked. */
  opening: { readonly text: string; readonly rows: Row[] } | undefined;
}

function sessionOf(parts: SessionParts): Session {
  const { sql, pooled, backendPid, backslashes, tls, options, loss, cut, inFlight } = parts;
  const { signal } = options;
  let farewells = 0;
  const run = async (query: Query): Promise<Answer> => {
    parts.opening = undefined;
    if (signal.aborted && farewells === 0) throw interrupted(signal.reason);
    // Given a connection that was closed while it was idle, the driver crashes or never answers.
    if (loss.isLost) throw toGateError(Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' }));
    try {
      return await inFlight.answer(query);
    } catch (error) {
      if (signal.aborted && (codeOf(error) === SqlState.QUERY_CANCELED || loss.isLost))
        throw interrupted(error);
      throw error;
    }
  };
  const simple = (text: string) => sql.unsafe(text).simple();
  const execute = async <T>(text: string): Promise<T[]> => {
    const { opening } = parts;
    if (opening?.text !== text) return lastRows(await run(simple(text))) as T[];
    parts.opening = undefined;
    return opening.rows as T[];
  };
  return {
    ...{ pooled, backendPid, backslashes, tls, known: {} },
    query: async (text, parameters = []) => execute(withLiterals(text, parameters)),
    execute,
    complete: async (text) => completions(await run(simple(text))),
    ahead: (text) => {
      const query = simple(text);
      inFlight.hold(query);
      const answer = run(query);
      // Whoever asks for it gets it.
      answer.catch(() => undefined);
      const attended = () => {
        inFlight.attend(query);
        return answer;
      };
      return {
        rows: async () => lastRows(await attended()),
        complete: async () => completions(await attended()),
      };
    },
    tell: (text) => {
      if (!loss.isLost) inFlight.tell(simple(text));
    },
    farewell: async (use) => {
      farewells += 1;
      const limit = signal.aborted ? setTimeout(cut, FAREWELL_LIMIT_MS) : undefined;
      try {
        return await use();
      } finally {
        clearTimeout(limit);
        farewells -= 1;
      }
    },
  };
}

export type Answer = postgres.RowList<(Row & Iterable<Row>)[]>;

/** Several statements in one message give a list of results. */
function lastRows(result: readonly (Row | readonly Row[])[]): Row[] {
  const last = result.at(-1);
  return Array.isArray(last) ? [...(last as Row[])] : ([...result] as Row[]);
}

/** A list of results is a plain array, a single one is the driver's own kind of array. */
function completions(answer: Answer): Completion[] {
  const results = (answer.constructor === Array ? answer : [answer]) as unknown as readonly {
    readonly command?: string;
    readonly count?: number | null;
    readonly columns?: readonly unknown[] | null;
  }[];
  return results.map(({ command, count, columns }) => ({
    command: command ?? '',
    count: count ?? 0,
    givesRows: (columns ?? []).length > 0,
  }));
}

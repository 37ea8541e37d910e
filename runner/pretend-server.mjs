// A PostgreSQL in memory: enough of its protocol to log in with a password and to ask in simple queries. No port is opened,
// so that it serves in any sandbox, and nothing that it says depends on time or on the machine.
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { Duplex } from 'node:stream';

const PID = 1;
const SALT = Buffer.from('pretended');
const ITERATIONS = 4096;

/** Of what a server reports with the login. */
const PARAMETERS = {
  TimeZone: 'Etc/UTC',
  DateStyle: 'ISO, MDY',
  standard_conforming_strings: 'on',
  client_encoding: 'UTF8',
  server_version: '18.0',
};

/** Object ids of the types by which the driver reads what is no text. */
const TYPES = { boolean: 16, number: 23, object: 114 };
const TEXT = 25;

/**
 * Gives what takes the place of `connect` in Node's `net`.
 *
 * @param answer gives what each statement ends with: its command tag and, where it gives rows, their columns and values.
 */
export function pretendServer({ password, answer }) {
  return () => new PretendSocket(new Conversation(password, answer));
}

/** As much of a socket as the runner and the driver use. */
class PretendSocket extends Duplex {
  readyState = 'open';
  remoteAddress = '127.0.0.1';

  constructor(conversation) {
    super();
    this.conversation = conversation;
    setImmediate(() => {
      this.emit('lookup', null, this.remoteAddress, 4, 'localhost');
      this.emit('connect');
    });
  }

  setKeepAlive() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  _read() {}

  _write(chunk, _encoding, done) {
    // What comes over a network never comes before the call that asked for it is over.
    setImmediate(() => {
      try {
        for (const message of this.conversation.hear(chunk)) this.push(message);
        done();
      } catch (error) {
        done(error);
      }
    });
  }

  _final(done) {
    this.push(null);
    done();
  }
}

/** The server's side of one connection: takes bytes, gives messages. */
class Conversation {
  heard = Buffer.alloc(0);
  isStarted = false;
  isInTransaction = false;
  scram = '';

  constructor(password, answer) {
    this.password = password;
    this.answer = answer;
  }

  *hear(chunk) {
    this.heard = Buffer.concat([this.heard, chunk]);
    for (;;) {
      // The first message has no letter.
      const start = this.isStarted ? 1 : 0;
      if (this.heard.length < start + 4) return;
      const end = start + this.heard.readUInt32BE(start);
      if (this.heard.length < end) return;
      const type = this.isStarted ? String.fromCharCode(this.heard[0]) : '';
      const body = this.heard.subarray(start + 4, end);
      this.heard = this.heard.subarray(end);
      yield* this.reply(type, body);
    }
  }

  *reply(type, body) {
    if (type === '') {
      this.isStarted = true;
      yield message('R', int32(10), text('SCRAM-SHA-256'), text(''));
    } else if (type === 'p') {
      yield* this.scram === '' ? this.challenge(body) : this.welcome(body);
    } else if (type === 'Q') {
      for (const statement of statementsOf(body.toString('utf8', 0, body.length - 1)))
        yield* this.run(statement);
      yield this.ready();
    } else if (type !== 'X') throw new Error(`the pretended server does not know message ${type}`);
  }

  /** The first half of RFC 5802: whom both sides talk to. */
  *challenge(body) {
    const first = body.toString('latin1', body.indexOf('n,,') + 3);
    const [nonce] = first.match(/r=.*/);
    const ours = `${nonce}pretended,s=${SALT.toString('base64')},i=${ITERATIONS}`;
    this.scram = `${first},${ours}`;
    yield message('R', int32(11), Buffer.from(ours));
  }

  /** The second half: that this side knows the password, too. Whether the other does is its own concern. */
  *welcome(body) {
    const said = `${this.scram},${body.toString('latin1').replace(/,p=.*/, '')}`;
    const salted = pbkdf2Sync(this.password, SALT, ITERATIONS, 32, 'sha256');
    const signature = hmac(hmac(salted, 'Server Key'), said);
    yield message('R', int32(12), Buffer.from(`v=${signature.toString('base64')}`));
    yield message('R', int32(0));
    for (const [name, value] of Object.entries(PARAMETERS)) yield message('S', text(name), text(value));
    yield message('K', int32(PID), int32(0));
    yield this.ready();
  }

  *run(statement) {
    const { tag, columns, rows = [] } = this.answer(statement, PID);
    if (columns)
      yield message('T', int16(columns.length), ...columns.map((name, at) => field(name, rows[0]?.[at])));
    for (const row of rows) yield message('D', int16(row.length), ...row.map(cell));
    yield message('C', text(columns ? `${tag} ${rows.length}` : tag));
    if (tag === 'BEGIN') this.isInTransaction = true;
    if (tag === 'COMMIT') this.isInTransaction = false;
  }

  ready() {
    return message('Z', Buffer.from(this.isInTransaction ? 'T' : 'I'));
  }
}

/** What stands between semicolons that are in no string and in no name. */
function statementsOf(texts) {
  const found = texts.match(/(?:'(?:[^']|'')*'|"[^"]*"|[^;'"])+/g) ?? [];
  return found.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

const hmac = (key, of) => createHmac('sha256', key).update(of).digest();
const message = (type, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};
const text = (value) => Buffer.from(`${value}\0`);

function int16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function field(name, value) {
  const type = value === null ? TEXT : (TYPES[typeof value] ?? TEXT);
  return Buffer.concat([text(name), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]);
}

function cell(value) {
  if (value === null) return int32(-1);
  const told = typeof value === 'boolean' ? (value ? 't' : 'f') : value;
  const bytes = Buffer.from(typeof told === 'object' ? JSON.stringify(told) : String(told));
  return Buffer.concat([int32(bytes.length), bytes]);
}

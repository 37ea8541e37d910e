// What the pretended server knows: which tables of the runner's own it was told to make, and what the history has. It answers
// by the columns that a question asks for, so that a question may change without it.

/** What is the same in every answer, by the column's name. */
const KNOWN = {
  has_schema: true,
  usable: true,
  pg_advisory_unlock: true,
  role: 'none',
  authorization: 'nobody',
  path: 'public',
  timeout: '0',
  lockTimeout: '5s',
  readOnly: false,
  set_config: '',
  checkInterval: '2s',
};
const TABLE = /^create table if not exists "\w+"\."(?<name>\w+)" \((?<columns>.*)\)$/s;
const HISTORY_ROW = /^insert into .*\(hash, created_at\) values \(E'(?<hash>\w+)', E'(?<created_at>\d+)'\)$/;
const PRIVILEGES = ['select', 'insert', 'update', 'delete'];
const HISTORY = '__drizzle_migrations';
/** Of which it is asked whether they are there, by the name of that column. */
const ASKED_FOR = { history: HISTORY, progress: '__drizzle_gate_progress' };

export class PretendDatabase {
  /** Names of the columns, by that of the table. */
  tables = new Map();
  /** Rows of Drizzle's history. */
  history = [];
  /** The statements that it was given. */
  asked = [];

  /** Gives what a statement ends with. */
  answer(statement, pid) {
    this.asked.push(statement);
    const flat = flatten(statement);
    const [, first, second] = flat.toUpperCase().match(/^(\w+)\s*(\w*)/);
    this.note(statement);
    const items = itemsOf(flat);
    if (items) {
      const columns = items[0] === '*' ? this.tables.get(HISTORY) : items.map(nameOf);
      const tag = first === 'WITH' ? 'UPDATE' : first;
      return { tag, columns, rows: this.rowsOf({ statement, flat, items, columns, pid }) };
    }
    if (first === 'CREATE') return { tag: `${first} ${second}` };
    if (first === 'INSERT') return { tag: 'INSERT 0 1' };
    return { tag: first === 'UPDATE' ? 'UPDATE 1' : first };
  }

  /** Keeps what later answers tell. */
  note(statement) {
    const table = TABLE.exec(statement)?.groups;
    if (table) this.tables.set(table.name, flatten(table.columns).split(',').map(firstWord));
    const row = HISTORY_ROW.exec(statement)?.groups;
    if (row) this.history.push({ id: this.history.length + 1, ...row, name: null, applied_at: null });
  }

  rowsOf({ statement, flat, items, columns, pid }) {
    if (columns.includes('hash')) return this.history.map((row) => columns.map((column) => row[column]));
    if (columns.includes('place')) return this.tablesAmong(statement, { items, columns, pid });
    if (columns.includes('attname')) return this.tables.get(HISTORY).map((name) => [name]);
    // Of whatever else might be found there is none.
    if (/\breturning\b|\bfrom (?!@)/.test(flat)) return [];
    return [items.map((item, at) => this.valueOf(item, columns[at], pid))];
  }

  /** A row for each that is there of the tables that are named; where none is, one without a table. */
  tablesAmong(statement, { items, columns, pid }) {
    const [, list] = /array\[([^\]]*)\]/.exec(statement);
    const places = [...list.matchAll(/'(\w+)'/g)].flatMap(([, name], at) =>
      this.tables.has(name) ? [{ place: at + 1, columns: this.tables.get(name) }] : [],
    );
    const none = { place: null, columns: null };
    return (places.length > 0 ? places : [none]).map((table) =>
      columns.map((column, at) => {
        if (column in table) return table[column];
        if (PRIVILEGES.includes(column)) return table.place === null ? null : true;
        return this.valueOf(items[at], column, pid);
      }),
    );
  }

  valueOf(item, column, pid) {
    if (column === 'pid') return pid;
    // Everything is to be had, and nobody else has it.
    if (column === 'locked') return item.startsWith('pg_try_advisory');
    if (column in ASKED_FOR) return this.tables.has(ASKED_FOR[column]) || null;
    const value = KNOWN[column];
    if (value === undefined)
      throw new Error(`the pretended database has no answer for ${column} in: ${item}`);
    return value;
  }
}

/** Without what stands in strings, and with one sign for what stands in parentheses. */
function flatten(statement) {
  let flat = statement.replace(/E?'(?:[^']|'')*'/g, "''");
  for (let before; before !== flat; ) {
    before = flat;
    flat = flat.replace(/\([^()]*\)/g, '@');
  }
  return flat.replace(/\s+/g, ' ').trim();
}

/** The expressions of which it gives the values; undefined where it gives no rows. */
function itemsOf(flat) {
  const [, list] = /\breturning (.*)$/.exec(flat) ?? /^select (.*?)(?: from |$)/.exec(flat) ?? [];
  return list?.split(',').map((item) => item.trim());
}

const firstWord = (text) => /\w+/.exec(text)[0];

/** The name that PostgreSQL would give a column. */
const nameOf = (item) => /(\w+)"?@?$/.exec(item)?.[1] ?? '?column?';

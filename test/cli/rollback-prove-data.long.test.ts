import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { proveFolder, stepsOf } from './rollback-prove-support';

const LIMIT = 300_000;
const USERS: FolderMigration = {
  tag: '0000_users',
  sql: 'CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);\n',
  rollback: 'DROP TABLE users;\n',
};
const EMAIL = 'ALTER TABLE users ADD email text;';

const proveSecond = (migration: Omit<FolderMigration, 'tag'>) =>
  proveFolder(migrationsFolder([USERS, { tag: '0001_next', ...migration }]), { tags: ['1'], data: true });

test.concurrent.each<[string, Omit<FolderMigration, 'tag'>, RegExp]>([
  [
    'a table that is dropped and made again',
    {
      sql: EMAIL,
      rollback: 'DROP TABLE users; CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);',
    },
    /^users \(id=.*\): the row is gone/m,
  ],
  [
    'rows that are deleted',
    {
      sql: EMAIL,
      rollback: 'ALTER TABLE users DROP email; DELETE FROM users WHERE id = (SELECT min(id) FROM users);',
    },
    /^users \(id=.*\): the row is gone$/,
  ],
  [
    'values that are overwritten',
    { sql: EMAIL, rollback: `ALTER TABLE users DROP email; UPDATE users SET name = 'x';` },
    /"name" was '.*', is 'x'/,
  ],
  [
    'values of a column that is made again',
    {
      sql: EMAIL,
      rollback: `ALTER TABLE users DROP email, DROP name; ALTER TABLE users ADD name text DEFAULT '' NOT NULL;
        ALTER TABLE users ALTER name DROP DEFAULT;`,
    },
    /"name" was '.+', is ''/,
  ],
])(
  '%s',
  async (_name, migration, detail) => {
    const { code, proof } = await proveSecond(migration);
    expect(stepsOf(proof('0001_next'))).toMatch(/^yes yes (yes|order) yes$/);
    expect(proof('0001_next').steps.rows).toBe('no');
    expect(code).toBe(90);
    expect(proof('0001_next').problems.at(-1)?.detail).toMatch(detail);
  },
  LIMIT,
);

test.concurrent(
  'tables in the schema of the history are filled and looked at like others',
  async () => {
    const { code, proof } = await proveFolder(
      migrationsFolder([
        { ...USERS, sql: 'CREATE TABLE drizzle.beside (id int PRIMARY KEY);\n' },
        {
          tag: '0001_next',
          sql: 'CREATE TABLE t (id int);\n',
          rollback: 'DROP TABLE t; DELETE FROM drizzle.beside;',
        },
      ]),
      { tags: ['1'], data: true },
    );
    expect(code).toBe(90);
    expect(proof('0001_next').problems[0]?.detail).toMatch(/^drizzle\.beside \(id=.*\): the row is gone$/m);
  },
  LIMIT,
);

test.concurrent(
  'a sequence that gives numbers again fails',
  async () => {
    const { code, proof } = await proveFolder(
      migrationsFolder([
        { ...USERS, sql: 'CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL);\n' },
        {
          tag: '0001_next',
          sql: `ALTER TABLE users ALTER id DROP DEFAULT; DROP SEQUENCE users_id_seq;
            ALTER TABLE users ALTER id ADD GENERATED ALWAYS AS IDENTITY;`,
          rollback: `ALTER TABLE users ALTER id DROP IDENTITY; CREATE SEQUENCE users_id_seq AS int OWNED BY users.id;
            ALTER TABLE users ALTER id SET DEFAULT nextval('users_id_seq');`,
        },
      ]),
      { tags: ['1'], data: true },
    );
    expect(code).toBe(90);
    expect(stepsOf(proof('0001_next'))).toBe('yes yes yes yes');
    expect(proof('0001_next').problems).toMatchObject([
      { detail: 'sequence users_id_seq gives 1 next, but users has rows up to "id" = 3' },
    ]);
  },
  LIMIT,
);

test.concurrent(
  'what is marked DESTRUCTIVE is declared, and said',
  async () => {
    const { code, proof } = await proveSecond({
      sql: EMAIL,
      rollback: `ALTER TABLE users DROP email;\n-- DESTRUCTIVE: names\nUPDATE users SET name = 'x';`,
    });
    expect(code).toBe(0);
    expect(proof('0001_next').warnings).toMatchObject([
      { message: expect.stringContaining('not as before') },
    ]);
  },
  LIMIT,
);

test.concurrent(
  'a column that must come back NOT NULL can not where there are rows; without rows nobody sees it',
  async () => {
    const migration = {
      sql: 'ALTER TABLE users DROP name;',
      rollback: 'ALTER TABLE users ADD name text NOT NULL;',
    };
    const { code, proof } = await proveSecond(migration);
    expect(code).toBe(90);
    expect(stepsOf(proof('0001_next'))).toBe('yes no not run not run');
    expect(proof('0001_next').problems[0]?.message).toMatch(
      /column "name" of relation "users" contains null values/,
    );
  },
  LIMIT,
);

test.concurrent(
  'what the migration itself changed is not held against its script',
  async () => {
    const { code, proof } = await proveSecond({
      sql: `UPDATE users SET name = 'all alike';`,
      rollback: 'SELECT 1;',
    });
    expect(proof('0001_next').problems).toEqual([]);
    expect(code).toBe(0);
    expect(proof('0001_next').rows?.declared).not.toEqual([]);
  },
  LIMIT,
);

test.concurrent(
  'what the making of rows does to rows that are there is not held against a migration',
  async () => {
    const { code, proof } = await proveFolder(
      migrationsFolder([
        {
          ...USERS,
          // Tables in a circle, and one whose rows are counted in another.
          sql: `CREATE TABLE threads (id int PRIMARY KEY, run int, posts int NOT NULL DEFAULT 0);
            CREATE TABLE runs (id int PRIMARY KEY, thread int NOT NULL REFERENCES threads);
            ALTER TABLE threads ADD FOREIGN KEY (run) REFERENCES runs;
            CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS
              'BEGIN UPDATE threads SET posts = posts + 1 WHERE id = new.thread; RETURN new; END';`,
        },
        {
          tag: '0001_next',
          sql: `CREATE INDEX threads_run ON threads (run);
            CREATE TABLE posts (id int PRIMARY KEY, thread int NOT NULL REFERENCES threads);
            CREATE TRIGGER counted AFTER INSERT ON posts FOR EACH ROW EXECUTE FUNCTION counted();`,
          rollback: 'DROP INDEX threads_run; DROP TABLE posts;',
        },
      ]),
      { tags: ['1'], data: true },
    );
    expect(code).toBe(0);
    expect(proof('0001_next')).toMatchObject({ warnings: [], rows: { declared: [] } });
    expect(proof('0001_next').steps.rows).toBe('yes');
  },
  LIMIT,
);

test.concurrent(
  'rows on which the migration itself fails are made after it',
  async () => {
    const { code, proof } = await proveSecond({
      sql: `ALTER TABLE users ADD CONSTRAINT never CHECK (name = 'nobody has this');`,
      rollback: 'ALTER TABLE users DROP CONSTRAINT never;',
    });
    expect(code).toBe(0);
    expect(proof('0001_next').warnings).toMatchObject([
      { message: expect.stringContaining('could not be applied to made-up rows') },
    ]);
  },
  LIMIT,
);

test.concurrent(
  'a migration that can not be applied where there are rows is applied again without them',
  async () => {
    const { code, proof } = await proveSecond({
      sql: 'ALTER TABLE users ADD email text NOT NULL;',
      rollback: 'ALTER TABLE users DROP email;',
    });
    expect(code).toBe(0);
    expect(stepsOf(proof('0001_next'))).toBe('yes yes yes yes');
    expect(proof('0001_next').steps.rows).toBe('yes');
    expect(proof('0001_next').rows?.rows).toBeGreaterThan(0);
  },
  LIMIT,
);

test.concurrent(
  'and what its script does to rows is told all the same',
  async () => {
    const { code, proof } = await proveSecond({
      sql: 'ALTER TABLE users ADD email text NOT NULL;',
      rollback: `ALTER TABLE users DROP email; UPDATE users SET name = 'x';`,
    });
    expect(code).toBe(90);
    expect(stepsOf(proof('0001_next'))).toBe('yes yes yes yes');
    expect(proof('0001_next').problems).toMatchObject([{ message: expect.stringContaining('changes rows') }]);
  },
  LIMIT,
);

describe('a foreign key that is NOT VALID after the rollback', () => {
  const SHOPS: FolderMigration = {
    tag: '0000_shops',
    sql: 'CREATE TABLE shop (id int PRIMARY KEY); CREATE TABLE "Item" (id int PRIMARY KEY, shop int CONSTRAINT "f k" REFERENCES shop);',
    rollback: 'DROP TABLE "Item", shop;',
  };
  const KEY = 'ALTER TABLE "Item" ADD CONSTRAINT "f k" FOREIGN KEY (shop) REFERENCES shop NOT VALID;';
  const prove = (next: Omit<FolderMigration, 'tag'>, strict = false) =>
    proveFolder(migrationsFolder([SHOPS, { tag: '0001_next', ...next }]), {
      ...{ tags: ['1'], data: true, strict },
    });
  const dropped = {
    sql: 'DROP TABLE shop CASCADE;',
    rollback: `CREATE TABLE shop (id int PRIMARY KEY); ${KEY}`,
  };

  test.concurrent(
    'is excused where rows refer to rows that are gone',
    async () => {
      const { code, proof } = await prove(dropped);
      expect({ code, steps: stepsOf(proof('0001_next')) }).toEqual({ code: 0, steps: 'yes yes yes yes' });
      expect(proof('0001_next').warnings.map(({ message }) => message)).toEqual([
        'table constraint "f k" on public."Item" is restored, but NOT VALID: rows refer to rows that are gone; new rows are checked',
      ]);
    },
    LIMIT,
  );

  test.concurrent(
    'is not where --strict is given',
    async () => expect((await prove(dropped, true)).code).toBe(90),
    LIMIT,
  );

  test.concurrent(
    'is not where the rows satisfy it',
    async () => {
      const { code, proof } = await prove({
        sql: 'ALTER TABLE "Item" DROP CONSTRAINT "f k";',
        rollback: KEY,
      });
      expect({ code, restored: proof('0001_next').steps.restored }).toEqual({ code: 90, restored: 'no' });
    },
    LIMIT,
  );
});

import { readJournal } from '../../core/journal';
import { SeenHistory } from '../../runner/src/migrate/seen-history';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { sessionOf } from '../support/session-of';

const JOURNAL = readJournal(
  migrationsFolder(['one', 'two', 'three'].map((tag) => ({ tag, sql: `create table ${tag} ();` }))),
);
const SETTINGS = { folder: '', schema: 'public', table: 'history', digest: undefined };

test.each([
  ['the old format', 'id int primary key, hash text, created_at bigint'],
  [
    'the format of drizzle-orm 1.0',
    'id int primary key, hash text, created_at bigint, name text, applied_at timestamptz',
  ],
])(
  'what is pending is followed row by row, and read anew whenever more than that has changed: %s',
  (_format, columns) =>
    withDatabase(async ({ sql }) => {
      let reads = 0;
      const plain = sessionOf(sql);
      const session: typeof plain = {
        ...plain,
        query: (text, parameters) => {
          if (/^select id, hash/.test(text)) reads += 1;
          return plain.query(text, parameters);
        },
      };
      const seen = new SeenHistory(JOURNAL, SETTINGS);
      const pending = async () => [...(await seen.readPending(session))].map(({ tag }) => tag);
      const add = (index: number, id: number) => {
        const { hash = '', when = 0 } = JOURNAL.migrations[index] ?? {};
        return sql`insert into history (id, hash, created_at) values (${id}, ${hash}, ${when})`;
      };
      await sql.unsafe(`create table history (${columns})`);
      // Only the third look knows the digest of the second.
      expect([await pending(), await pending(), reads]).toEqual([
        ['one', 'two', 'three'],
        ['one', 'two', 'three'],
        2,
      ]);
      await add(0, 10);
      expect([await pending(), await pending(), reads]).toEqual([['two', 'three'], ['two', 'three'], 2]);
      // One that comes in front, one that is taken back, one that records nothing, and one that is changed.
      await add(1, 5);
      expect([await pending(), reads]).toEqual([['three'], 3]);
      await sql`delete from history where id = 5`;
      expect([await pending(), reads]).toEqual([['two', 'three'], 4]);
      await sql`insert into history (id, hash, created_at) values (11, 'unknown', 1)`;
      expect([await pending(), reads]).toEqual([['two', 'three'], 5]);
      await sql`update history set created_at = 2 where id = 10`;
      expect([await pending(), reads]).toEqual([['two', 'three'], 6]);
      await add(2, 12);
      expect([await pending(), reads]).toEqual([['two'], 6]);
      // What a row repeats is no news of one that is pending.
      await add(2, 13);
      expect([await pending(), reads]).toEqual([['two'], 7]);
    }),
);

test('a time that two migrations share says nothing by itself', () =>
  withDatabase(async ({ sql }) => {
    const same = [
      { tag: 'one', sql: 'select 1;', when: 1000 },
      { tag: 'two', sql: 'select 1;', when: 1000 },
    ];
    const journal = readJournal(migrationsFolder(same));
    const seen = new SeenHistory(journal, SETTINGS);
    const pending = async () => [...(await seen.readPending(sessionOf(sql)))].map(({ tag }) => tag);
    await sql.unsafe('create table history (id int primary key, hash text, created_at bigint)');
    const { hash = '' } = journal.migrations[0] ?? {};
    const add = (id: number) => sql`insert into history values (${id}, ${hash}, 1000)`;
    expect([await pending(), await pending()]).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
    await add(1);
    expect(await pending()).toEqual(['two']);
    await add(2);
    expect(await pending()).toEqual([]);
  }));

import { commitWithNotes } from '../../../runner/src/database/commit-with-notes';
import { type Session, withSession } from '../../../runner/src/database/session';
import { BEGIN } from '../../../runner/src/database/transaction';
import { withDatabase } from '../../support/database';
import { migrationsFolder } from '../../support/migrations-folder';
import { runContext } from '../../support/run-context';

const FOLDER = migrationsFolder([]);
const SETUP = `create table done (what text unique);
  create table later (what text, constraint no_later unique (what) deferrable initially deferred);`;
const put = (what: string) => `insert into done values ('${what}')`;

/** What is in the table afterwards, which notes were refused, and what was thrown. */
const commit = (first: string, notes: readonly string[], last = 'commit', before = 'select') =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(SETUP);
    const { context } = runContext(url, FOLDER);
    const { connection, signal } = context;
    const refused: string[] = [];
    let thrown: unknown;
    let isOver: unknown;
    await withSession({ connection, connectTimeout: 5000, signal }, async (session: Session) => {
      await session.execute(BEGIN);
      await session.execute(before);
      const all = notes.map((message, at) => ({
        ...{ name: `note_${at}`, messages: [message] },
        onRefused: () => void refused.push(`note_${at}`),
      }));
      const named = (failure: unknown) => new Error(`COMMIT: ${(failure as Error).message}`);
      await commitWithNotes(session, { first, notes: all, last }, named).catch((error: unknown) => {
        thrown = (error as Error).message;
      });
      [isOver] = await session.execute('select now() = statement_timestamp() as over');
    });
    const rows = await sql<{ what: string }[]>`select what from done order by 1`;
    return { done: rows.map(({ what }) => what).join(' '), refused, thrown, isOver };
  });

const isOver = { over: true };

test.each<[string, Parameters<typeof commit>, object]>([
  ['commits all', [put('first'), [put('a'), put('b')]], { done: 'a b first', refused: [] }],
  [
    'leaves out a note that is refused',
    [put('first'), [put('a'), put('a'), put('c')]],
    { done: 'a c first', refused: ['note_1'] },
  ],
  [
    'leaves out the last',
    [put('first'), [put('a'), 'select nonsense()']],
    { done: 'a first', refused: ['note_1'] },
  ],
  [
    'leaves out each that is refused',
    [put('first'), ['select nonsense()', put('b'), put('first')]],
    { done: 'b first', refused: ['note_0', 'note_2'] },
  ],
  [
    'commits nothing where what must not fail is refused',
    ['select nonsense()', [put('a')]],
    { done: '', refused: [], thrown: 'function nonsense() does not exist' },
  ],
  [
    'says that COMMIT was refused, which is no note',
    [put('first'), [put('a')], 'commit', `insert into later values ('x'), ('x')`],
    { done: '', refused: [], thrown: expect.stringMatching(/^COMMIT: COMMIT refused: .*no_later/) },
  ],
  [
    'says so without any notes',
    [put('first'), [], 'commit', `insert into later values ('x'), ('x')`],
    { done: '', refused: [], thrown: expect.stringMatching(/^COMMIT: COMMIT refused: .*no_later/) },
  ],
])('the last message of a transaction %s', async (_, [first, notes, last, before], expected) => {
  expect(await commit(first, notes, last, before)).toEqual({ thrown: undefined, isOver, ...expected });
});

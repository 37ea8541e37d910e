import { type TokenCheck, tokenProblems } from '../../runner/src/rollback/check-token';
import type { Loss } from '../../runner/src/rollback/losses/loss';
import { unplannedLosses } from '../../runner/src/rollback/losses/unplanned-losses';
import { makeToken, readToken } from '../../runner/src/rollback/token';

const NOW = Date.parse('2026-03-01T12:00:00Z') / 1000;

const table = (name: string, rows?: number, more: Partial<Loss> = {}): Loss => ({
  ...{ kind: 'table', what: `table public.${name}`, migration: '0001_two' },
  ...(rows !== undefined && { rows }),
  ...more,
});

const PLAN: TokenCheck = {
  identity: { host: 'db', port: 5432, database: 'app', systemIdentifier: '7' },
  range: [{ tag: '0001_two', hash: 'h', historyId: 2 }],
  scriptHashes: ['s'],
  losses: [
    table('users', 100),
    table('empty', 0),
    table('hidden'),
    { ...table('v'), kind: 'object', what: 'view v' },
  ],
  now: NOW,
  lifetime: 3_600_000,
};
const LOSSES = PLAN.losses;
const TOKEN = makeToken(PLAN, NOW);
const problems = (now: Partial<TokenCheck>, token = TOKEN) => tokenProblems(token, { ...PLAN, ...now });
const withUsers = (rows: number) => [table('users', rows), ...LOSSES.slice(1)];

test('a token is one word without a character that a shell reads, and is taken apart again', () => {
  expect(TOKEN).toMatch(/^[0-9a-z.-]+$/);
  expect(readToken(TOKEN)).toMatchObject({ issuedAt: NOW });
  expect(
    readToken(TOKEN)
      ?.losses.map(({ rows }) => rows)
      .toSorted(),
  ).toEqual([0, 100, undefined, undefined]);
  expect(readToken(makeToken({ ...PLAN, losses: [] }, NOW))?.losses).toEqual([]);
});

test.each<[string, Partial<TokenCheck>]>([
  ['nothing', {}],
  ['time that its lifetime allows', { now: NOW + 3600 }],
  ['fewer rows', { losses: withUsers(0) }],
  ['up to twice as many rows', { losses: withUsers(200) }],
  ['the order in which the catalog is read', { losses: LOSSES.toReversed() }],
  [
    'a count that could not be made when it was planned',
    { losses: LOSSES.map((loss) => (loss.what === 'table public.hidden' ? { ...loss, rows: 9 } : loss)) },
  ],
])('it holds when it was changed since: %s', (_name, now) => {
  expect(problems(now)).toEqual([]);
});

test.each<[string, Partial<TokenCheck>, RegExp]>([
  [
    'more than its lifetime',
    { now: NOW + 3601 },
    /expired: its plan was made at 2026-03-01T12:00:00Z and holds for 60 minutes/,
  ],
  ['a clock that was put back', { now: NOW - 61 }, /lies ahead of the database's clock/],
  [
    'the database',
    { identity: { ...PLAN.identity, database: 'other' } },
    /confirms a plan for another database than other on db:5432 \(the same under another host name or port is another\)/,
  ],
  [
    'the server behind the name',
    { identity: { ...PLAN.identity, systemIdentifier: '8' } },
    /for another database than app on db:5432/,
  ],
  [
    'the range',
    { range: [...PLAN.range, { tag: '0000_one', hash: 'g', historyId: 1 }] },
    /another range of migrations: now it is 2 migrations, 0001_two to 0000_one/,
  ],
  [
    'the text that was applied',
    { range: [{ tag: '0001_two', hash: 'x', historyId: 2 }] },
    /another range of migrations: now it is 0001_two;/,
  ],
  ['a script', { scriptHashes: ['t'] }, /confirms other rollback scripts/],
  [
    'more than twice the rows',
    { losses: withUsers(201) },
    /^table public.users had 100 when the plan was made, and has 201 rows now, which is more than twice/,
  ],
  [
    'an empty table',
    { losses: LOSSES.map((loss) => (loss.rows === 0 ? { ...loss, rows: 1 } : loss)) },
    /^table public.empty was empty when the plan was made, and has 1 row now/,
  ],
  [
    'a table that loses data now',
    { losses: [...LOSSES, table('more', 3)] },
    /^table public.more would be lost now \(3 rows\), and was not in the plan/,
  ],
  [
    'a view that goes now',
    { losses: [...LOSSES, { ...table('w'), kind: 'object', what: 'view w' }] },
    /^view w would be lost now/,
  ],
  [
    'a table that is lost no longer',
    { losses: LOSSES.slice(1) },
    /what would be lost is not what its plan listed/,
  ],
])('it does not hold when it was changed since: %s', (_name, now, message) => {
  expect(problems(now)).toEqual([expect.stringMatching(message)]);
});

test('everything that is wrong is told at once', () => {
  const losses = [table('users', 900), table('empty', 2), ...LOSSES.slice(2)];
  expect(problems({ losses, now: NOW + 9000 })).toHaveLength(3);
});

test.each(['yes', 'app', '1a2b-3c4d-5e6f', `${TOKEN} `, TOKEN.slice(0, 20), `${TOKEN}\n`, `-${TOKEN}`])(
  'what never was a token is told as such: %j',
  (text) => {
    expect(problems({}, text)).toEqual([expect.stringMatching(/which is not a token that a plan printed$/)]);
  },
);

test.each([
  ['the time', TOKEN.replace(/^./, (first) => (first === 'z' ? 'y' : 'z'))],
  ['a count', `${TOKEN}0`],
  ['the middle', TOKEN.replace(/-[0-9a-f]{12}-/, '-000000000000-')],
])('a token of which %s was changed by hand does not hold', (_name, token) => {
  expect(problems({ now: NOW }, token)).not.toEqual([]);
});

test('a plan with very many objects has a token that is still handy, and still counts', () => {
  const many = Array.from({ length: 3000 }, (_, at) => table(`t${at}`, at % 7));
  const token = makeToken({ ...PLAN, losses: many }, NOW);
  expect(token.length).toBeLessThan(700);
  expect(problems({ losses: many }, token)).toEqual([]);
  const filled = many.map((loss) => (loss.rows === 0 ? { ...loss, rows: 1 } : loss));
  expect(problems({ losses: filled }, token)).not.toEqual([]);
  const grown = many.map((loss) => ({ ...loss, rows: (loss.rows ?? 0) * 3 }));
  expect(problems({ losses: grown }, token).at(-1)).toMatch(/the other 2900 objects had \d+/);
});

test('after the first unit, what grew, was empty or was not planned is told, and what was inside another loss is not', () => {
  const planned = [...LOSSES, table('part', undefined, { within: 5 })];
  const now = [
    table('users', 201),
    table('empty', 1),
    table('more', 0),
    table('part', 50),
    table('hidden', 5),
    table('in', 5, { within: 9 }),
    { ...table('w'), kind: 'object' as const, what: 'view w' },
    { ...table('m', 5), what: 'materialized view m' },
  ];
  expect(unplannedLosses(planned, planned)).toEqual([]);
  expect(unplannedLosses(planned, [table('users', 200)])).toEqual([]);
  expect(unplannedLosses(planned, now)).toEqual([
    'table public.users: 201 rows, where the plan had 100',
    'table public.empty: 1 row, where the plan had 0',
    'table public.more: 0 rows, which was not in the plan',
  ]);
});

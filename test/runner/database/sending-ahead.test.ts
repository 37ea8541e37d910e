import { type Planned, sendingAhead } from '../../../runner/src/database/sending-ahead';
import type { Session } from '../../../runner/src/database/session';

const planned = (...texts: readonly string[]): Planned[] => texts.map((text) => ({ text, isInTurn: false }));
const inTurn = (text: string): Planned => ({ text, isInTurn: true });

/** A session that says when it was given what, and answers when it is told to. */
function recording() {
  const said: string[] = [];
  const answers = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const say = (text: string) => {
    said.push(text);
    const answer = new Promise<never[]>((resolve, reject) => {
      answers.set(text, { resolve: () => resolve([]), reject });
    });
    answer.catch(() => undefined);
    return answer;
  };
  const session = {
    ...{ pooled: false, backendPid: 1, backslashes: false, tls: undefined },
    ...{ query: say, execute: say, complete: say },
    ahead: (text: string) => {
      const answer = say(text);
      return { rows: () => answer, complete: () => answer };
    },
    farewell: (use: () => Promise<unknown>) => use(),
  } as unknown as Session;
  return { session, said, answer: (text: string) => answers.get(text) };
}

test('what comes next is sent before what came before is answered', async () => {
  const { session, said, answer } = recording();
  const ahead = sendingAhead(session, planned('a', 'b', 'c'));
  const first = ahead.complete('a');
  expect(said).toEqual(['a', 'b', 'c']);
  answer('a')?.resolve();
  await first;
  const second = ahead.execute('b');
  answer('b')?.resolve();
  await second;
  expect(said).toEqual(['a', 'b', 'c']);
});

test('what is in turn waits until it is run', async () => {
  const { session, said, answer } = recording();
  const ahead = sendingAhead(session, [...planned('a'), inTurn('b'), ...planned('c')]);
  const first = ahead.complete('a');
  expect(said).toEqual(['a']);
  answer('a')?.resolve();
  await first;
  const between = ahead.query('select 1');
  expect(said).toEqual(['a', 'select 1']);
  answer('select 1')?.resolve();
  await between;
  void ahead.complete('b');
  expect(said).toEqual(['a', 'select 1', 'b', 'c']);
});

test('a failure is that of the text that failed, and nothing more is sent ahead', async () => {
  const { session, said, answer } = recording();
  const many = Array.from({ length: 400 }, (_, index) => `s${index}`);
  const ahead = sendingAhead(session, planned(...many));
  const first = ahead.complete('s0');
  const sent = said.length;
  expect(sent).toBeGreaterThan(10);
  expect(sent).toBeLessThan(400);
  answer('s0')?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  void ahead.execute('rollback').catch(() => undefined);
  expect(said.slice(sent)).toEqual(['rollback']);
});

test('a text that is run out of its turn is refused while others are on their way', async () => {
  const { session } = recording();
  const ahead = sendingAhead(session, planned('a', 'b', 'c'));
  void ahead.complete('a');
  await expect(ahead.complete('c')).rejects.toThrow('run out of its turn: c');
  await expect(ahead.query('select 1')).rejects.toThrow('run out of its turn');
});

test('large texts are not piled up in memory', () => {
  const { session, said } = recording();
  const large = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100_000));
  void sendingAhead(session, planned(...large)).complete(large[0] ?? '');
  expect(said).toHaveLength(2);
});

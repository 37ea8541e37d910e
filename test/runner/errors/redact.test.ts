import { keepName, keepSecret, redact, spellingsOf } from '../../../runner/src/errors/redact';
import { createReporter } from '../../../runner/src/report/reporter';
import { renderTerminationMessage } from '../../../runner/src/report/termination-message';

test('a secret is hidden in every spelling', () => {
  keepSecret('p@ss"w/rd');
  for (const text of ['p@ss"w/rd', encodeURIComponent('p@ss"w/rd'), JSON.stringify({ a: 'p@ss"w/rd' })]) {
    expect(redact(`before ${text} after`)).not.toMatch(/w.{1,3}rd/);
  }
});

test('the longer of two secrets is hidden whole', () => {
  keepSecret('hunter');
  keepSecret('hunter-two');
  expect(redact('hunter-two')).toBe('***');
});

test('a secret is hidden as the URL parser writes it', () => {
  const characters = Array.from({ length: 0x300 }, (_, code) => String.fromCodePoint(code));
  for (const character of [...characters, '…', '😀', '\ud800']) {
    const url = new URL('postgresql://host');
    url.password = `a${character}b`;
    expect(spellingsOf(`a${character}b`)).toContain(url.password);
  }
});

test('a URL that nobody announced loses its password', () => {
  expect(redact('at postgresql://me:se:cr@et@host/db now')).toBe('at postgresql://me:***@host/db now');
});

test('a password that is a name of its connection tells nothing; in a URL it stays hidden', () => {
  keepSecret('shop-owner');
  keepSecret("o'tool");
  for (const name of ['shop-owner', "o'tool"]) keepName(name);
  expect(redact(`"shop-owner" and o'tool (o''tool) at postgresql://shop-owner:shop-owner@h`)).toBe(
    `"shop-owner" and o'tool (o''tool) at postgresql://shop-owner:***@h`,
  );
});

describe("a password that is a word of the log's own spoils no JSON", () => {
  const words = ['info', 'message', 'migrate', 'applied', 'succeeded', 'privileges', 'pending', '42P01'];
  const written: string[] = [];
  const reporter = createReporter({ format: 'json', write: (text) => written.push(text) });
  const last = () => JSON.parse(written.at(-1) ?? '');
  beforeAll(() => {
    for (const word of words) keepSecret(word);
  });

  test('in an event: what a program compares stays, text does not', () => {
    const own = { check: 'privileges', sqlstate: '42P01' };
    reporter.error('check_refused', 'the info', { ...own, place: { file: 'a message', line: 1 } });
    expect(last()).toMatchObject({
      ...{ level: 'error', event: 'check_refused', message: 'the ***', place: { file: 'a ***', line: 1 } },
      ...own,
    });
    reporter.info('run_finished', 'it', { command: 'migrate', outcome: 'succeeded', duration_ms: 1 });
    expect(last()).toMatchObject({ command: 'migrate', outcome: 'succeeded' });
  });

  test('in a document: keys and states stay', () => {
    reporter.outputJson({ pending: 1, migrations: [{ migration: '0000_applied', state: 'applied' }] });
    expect(last()).toEqual({ pending: 1, migrations: [{ migration: '0000_applied', state: 'applied' }] });
  });

  test('in the termination message', () => {
    const summary = {
      command: 'migrate',
      outcome: 'succeeded',
      run_id: 'x',
      message: 'info: it is applied',
    } as const;
    expect(JSON.parse(renderTerminationMessage(summary).split('\n').at(-1) ?? '')).toEqual({
      ...summary,
      message: '***: it is ***',
    });
  });

  test('what was given as a command and is none is text', () => {
    const ended = { outcome: 'failed', exitCode: 64, duration_ms: 1 };
    reporter.error('run_failed', 'no command', { command: 'postgresql://me:secret@host', ...ended });
    expect(last()).toMatchObject({ command: 'postgresql://me:***@host' });
  });
});

import { keepSecret, redact } from '../../../runner/src/errors/redact';
import { createReporter } from '../../../runner/src/report/reporter';

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

test('a URL that nobody announced loses its password', () => {
  expect(redact('at postgresql://me:se:cr@et@host/db now')).toBe('at postgresql://me:***@host/db now');
});

test("a password that is a word of the log's own does not spoil a line", () => {
  keepSecret('info');
  keepSecret('message');
  const lines: string[] = [];
  createReporter({ format: 'json', write: (line) => lines.push(line) }).info('server_notice', 'the info', {
    nested: ['a message'],
  });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    ...{ level: 'info', event: 'server_notice', message: 'the ***', nested: ['a ***'] },
  });
});

import { PassThrough } from 'node:stream';
import { askForName } from '../../cli/src/rollback/run/ask-for-name';
import { countDown } from '../../cli/src/rollback/run/count-down';

function terminal() {
  const controller = new AbortController();
  const [input, output] = [new PassThrough(), new PassThrough()];
  return { input, output, controller, signal: controller.signal };
}

describe('askForName', () => {
  test('gives the line that was typed', async () => {
    const { input, output, signal } = terminal();
    const answer = askForName('name: ', { input, output, signal });
    input.write('shop\nmore\n');
    expect(await answer).toBe('shop');
    expect(String(output.read())).toBe('name: ');
  });

  test('an input that ends is no answer: 130', async () => {
    const { input, output, signal } = terminal();
    const answer = askForName('name: ', { input, output, signal });
    input.end();
    await expect(answer).rejects.toMatchObject({
      exitCode: 130,
      message: 'interrupted (no answer), so nothing was changed',
    });
  });

  test('nor is a signal', async () => {
    const { input, output, controller, signal } = terminal();
    const answer = askForName('name: ', { input, output, signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ exitCode: 130 });
  });
});

describe('countDown', () => {
  test('shows every second in one line, and clears it', async () => {
    const printed: string[] = [];
    const started = Date.now();
    await countDown(2, (text) => printed.push(text), new AbortController().signal);
    expect(Date.now() - started).toBeGreaterThan(1900);
    expect(printed).toEqual([
      expect.stringContaining('rolling back in 2 s; Ctrl-C stops it'),
      expect.stringContaining('rolling back in 1 s'),
      '\r\u001B[K',
    ]);
    for (const text of printed) expect(text).toMatch(/^\r/);
  });

  test('without a delay it says nothing', async () => {
    const printed: string[] = [];
    await countDown(0, (text) => printed.push(text), new AbortController().signal);
    expect(printed).toEqual([]);
  });

  test('stops at once, with the reason, and says that nothing was changed', async () => {
    const printed: string[] = [];
    const controller = new AbortController();
    const waiting = countDown(3600, (text) => printed.push(text), controller.signal);
    controller.abort(new Error('Ctrl-C'));
    await expect(waiting).rejects.toThrow('Ctrl-C');
    expect(printed.at(-1)).toContain('nothing was changed');
  });
});

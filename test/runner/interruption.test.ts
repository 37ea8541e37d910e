import { newInterruption, onInterrupt } from '../../runner/src/interruption';

test.each([
  ['of ours', newInterruption],
  [
    "of Node's",
    () => {
      const controller = new AbortController();
      return { signal: controller.signal, interrupt: () => controller.abort() };
    },
  ],
])('who listens to a signal %s hears of its end once, and no more than it wants to', (_, make) => {
  const { signal, interrupt } = make();
  const heard: string[] = [];
  onInterrupt(signal, () => heard.push(`first ${signal.aborted}`));
  const stop = onInterrupt(signal, () => heard.push('stopped'));
  onInterrupt(signal, () => heard.push('second'));
  stop();
  interrupt();
  interrupt();
  expect(heard).toEqual(['first true', 'second']);
});

test('what only Node listens to ends with it, too', async () => {
  const { signal, interrupt } = newInterruption();
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  interrupt();
  await ended;
});

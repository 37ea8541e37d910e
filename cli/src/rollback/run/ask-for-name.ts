import { createInterface } from 'node:readline';
import { GateError } from '../../../../runner/src/errors/gate-error';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Asks for one line. @throws GateError (130) when there is no answer: Ctrl-C, Ctrl-D, or an input that ends. */
export async function askForName(question: string, { input, output, signal }: Terminal): Promise<string> {
  const reader = createInterface({ input, output });
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (reason: string) => {
        output.write('\n');
        reject(new GateError('INTERRUPTED', `interrupted (${reason}), so nothing was changed`));
      };
      reader.once('SIGINT', () => stop('Ctrl-C'));
      // After an answer this comes too late to count.
      reader.once('close', () => stop('no answer'));
      signal.addEventListener('abort', () => stop('a signal'), { once: true });
      reader.question(question, resolve);
    });
  } finally {
    reader.removeAllListeners('close');
    reader.close();
  }
}

import { safetyDelay } from '../../runner/src/rollback/safety-delay';
import type { RunContext } from '../../runner/src/run-context';

async function warningsOf(commandLine: string): Promise<string[]> {
  const told: string[] = [];
  const context = {
    settings: { rollback: { delay: 1000 } },
    reporter: { warn: (_event: string, message: string) => told.push(message) },
    signal: AbortSignal.abort(),
    commandLine,
  } as unknown as RunContext;
  await expect(safetyDelay(context)).rejects.toMatchObject({ exitCode: 75 });
  return told;
}

test.each([
  ['', 'rolling back in 1 s; stop it now with Ctrl-C or by deleting the Job'],
  ['drizzle-gate rollback run --to 0000', 'rolling back in 1 s; stop it now with Ctrl-C'],
  [
    'drizzle-gate rollback run --to 0000 --in-cluster --namespace shop',
    'rolling back in 1 s; stop it now by deleting the Job',
  ],
])('called by %j, it says what stops it there', async (commandLine, expected) => {
  expect(await warningsOf(commandLine)).toEqual([expected]);
});

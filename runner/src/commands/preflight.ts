import { preflight } from '../preflight/preflight';
import type { RunContext } from '../run-context';

export async function preflightCommand(context: RunContext): Promise<void> {
  await preflight(context);
}

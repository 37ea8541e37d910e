import { existsSync, writeFileSync } from 'node:fs';
import { Path } from '../../../core/contract';
import { redact } from '../errors/redact';

/** Kubernetes keeps this many bytes of a container's termination message. */
const LIMIT = 4096;

/** Leaves a short summary where Kubernetes reads it; outside a container there is no such file. */
export function writeTerminationMessage(summary: Record<string, unknown>): void {
  if (!existsSync(Path.TERMINATION_LOG)) return;
  const bytes = Buffer.from(redact(JSON.stringify(summary)));
  try {
    writeFileSync(Path.TERMINATION_LOG, bytes.subarray(0, LIMIT));
  } catch (error) {
    // The log has it all; a summary that can't be written must not change the outcome.
    process.stderr.write(`the termination message was not written: ${(error as Error).message}\n`);
  }
}

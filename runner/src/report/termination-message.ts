import { existsSync, writeFileSync } from 'node:fs';
import { Path } from '../../../core/contract';
import { toRedactedJson } from './redact-json';

/** Kubernetes keeps this many bytes of a container's termination message. */
const LIMIT = 4096;

/** Leaves a short summary where Kubernetes reads it; outside a container there is no such file. */
export function writeTerminationMessage(summary: Record<string, unknown>): void {
  if (!existsSync(Path.TERMINATION_LOG)) return;
  try {
    writeFileSync(Path.TERMINATION_LOG, renderSummary(summary));
  } catch (error) {
    // The log has it all; a summary that can't be written must not change the outcome.
    process.stderr.write(`the termination message was not written: ${(error as Error).message}\n`);
  }
}

/** Valid JSON inside the limit: the detail goes first, then what is too long of the message. */
export function renderSummary(summary: Record<string, unknown>): string {
  const { detail, ...rest } = summary;
  for (const shorter of [
    summary,
    rest,
    { ...rest, message: String(rest.message).slice(0, 500), remedy: undefined },
  ]) {
    const text = toRedactedJson(shorter);
    if (Buffer.byteLength(text) <= LIMIT) return text;
  }
  return JSON.stringify({ exitCode: rest.exitCode, outcome: rest.outcome });
}

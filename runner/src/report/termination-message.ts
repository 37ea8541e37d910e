import { existsSync, writeFileSync } from 'node:fs';
import { Path } from '../../../core/contract';
import { redact } from '../errors/redact';
import { cutBytes } from './cut-bytes';
import { explainRun, type TerminationSummary } from './explain-run';
import { toRedactedJson } from './redact-json';

/**
 * Bytes of the whole message. Of the 12 KiB that the kubelet keeps for a pod, each container has an equal part and loses
 * what exceeds it: so much is left whole in a pod of five containers, with those of a mesh and an agent.
 *
 * @see https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
export const MESSAGE_BYTES = 2400;
const JSON_BYTES = 1200;
const NEXT_BYTES = 700;

/** What programs can't do without. */
const CORE = ['command', 'outcome', 'exitCode', 'run_id', 'migration', 'sqlstate', 'applied', 'last'];

/** Leaves a summary where Kubernetes reads it; outside a container there is no such file. */
export function writeTerminationMessage(summary: TerminationSummary): void {
  if (!existsSync(Path.TERMINATION_LOG)) return;
  try {
    writeFileSync(Path.TERMINATION_LOG, renderTerminationMessage(summary));
  } catch (error) {
    // The log has it all; a summary that can't be written must not change the outcome.
    process.stderr.write(`the termination message was not written: ${(error as Error).message}\n`);
  }
}

/**
 * What Kubernetes keeps of a container that ended: for the person who looks at it (`kubectl describe pod`) lines that
 * explain it, and as the last line one JSON object for programs. It stays inside its limit whatever the summary holds,
 * with the JSON whole, and has no secret.
 */
export function renderTerminationMessage(summary: TerminationSummary): string {
  // Redacted before anything is cut: a part of a secret would not be found.
  const clean: TerminationSummary = JSON.parse(toRedactedJson(summary));
  const json = jsonOf(clean);
  return `${humanOf(clean, MESSAGE_BYTES - Buffer.byteLength(json) - 1)}\n${json}`;
}

/** The detail is the first to be cut: it is the longest, and stands in the log. */
function humanOf(summary: TerminationSummary, limit: number): string {
  const explanation = explainRun(summary);
  const { what, detail, next } = {
    what: printable(explanation.what),
    detail: printable(explanation.detail),
    next: cutBytes(printable(explanation.next), NEXT_BYTES),
  };
  const rest = limit - Buffer.byteLength(next) - 2;
  const told = cutBytes(what, rest);
  const room = rest - Buffer.byteLength(told) - 1;
  return [told, ...(detail !== '' && room > 40 ? [cutBytes(detail, room)] : []), next]
    .filter((part) => part !== '')
    .join('\n');
}

/** JSON inside its limit: first the detail goes, then long texts are cut, then all that programs can do without. */
function jsonOf({ detail, ...summary }: TerminationSummary): string {
  const core = Object.fromEntries(CORE.map((field) => [field, summary[field]]));
  const candidates = [
    { ...summary, detail },
    summary,
    cutTexts(summary, 300),
    cutTexts({ ...core, message: summary.message, remedy: summary.remedy }, 150),
    // A character can become six bytes in JSON.
    cutTexts(core, 24),
  ].map((value) => JSON.stringify(value));
  return candidates.find((json) => Buffer.byteLength(json) <= JSON_BYTES) ?? candidates.at(-1) ?? '{}';
}

function cutTexts(value: Readonly<Record<string, unknown>>, limit: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([field, each]) => [
      field,
      typeof each === 'string' && field !== 'run_id' ? cutBytes(each, limit) : each,
    ]),
  );
}

/** kubectl writes it as it is, in columns that a tab would begin anew. */
function printable(text: string): string {
  return redact(text)
    .split('\n')
    .map((line) =>
      line
        .replaceAll('\t', '    ')
        .replace(/\p{Cc}/gu, ' ')
        .trimEnd(),
    )
    .filter((line) => line !== '')
    .join('\n');
}

import { randomBytes } from 'node:crypto';

/** The trace of a run; the first span of the run is a child of `parent`, where there is one. */
export interface TraceContext {
  readonly traceId: string;
  readonly parent: { readonly spanId: string; readonly isSampled: boolean } | undefined;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/**
 * The trace that the variable names; undefined when it can't be read.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function readTraceparent(text: string): TraceContext | undefined {
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(text) ?? [];
  // A later version may say more, this one may not.
  if (version === '' || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, parent: { spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 } };
}

export function newTrace(): TraceContext {
  return { traceId: randomId(16), parent: undefined };
}

export function newSpanId(): string {
  return randomId(8);
}

function randomId(bytes: number): string {
  const id = randomBytes(bytes).toString('hex');
  return ZEROS.test(id) ? randomId(bytes) : id;
}

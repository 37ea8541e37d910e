import type { PartEnd } from '../activity/part';
import { redact } from '../errors/redact';
import type { NotedEnd } from './note';

/** The end of a part without what nobody else may see. */
export function notedEnd(end: PartEnd): NotedEnd {
  if (end.outcome !== 'failed') return end;
  const { message, exit, exitCode, sqlstate, migration, place } = end.failure;
  return {
    ...{ outcome: end.outcome, message: redact(message), exitCode, type: sqlstate ?? exit },
    ...{ sqlstate, migration, statement: place?.statement },
  };
}

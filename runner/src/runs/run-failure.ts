import { type GateError, GateErrors } from '../errors/gate-error';
import { redact } from '../errors/redact';
import type { RunFailure } from './recorded-run';

/** Characters. */
const LIMITS = { message: 2000, detail: 8000, remedy: 2000, name: 300 };

/** What a record tells of a failure: without secrets, and bounded. */
export function runFailure(failure: GateError): RunFailure {
  const { exitCode, detail, remedy, sqlstate = null, migration, place } = failure;
  return {
    message: bounded(messageOf(failure), LIMITS.message),
    exitCode,
    sqlstate,
    migration: migration === undefined ? null : bounded(migration, LIMITS.name),
    place: place ? { ...place, file: bounded(place.file, LIMITS.name) } : null,
    detail: detail === undefined ? null : bounded(detail, LIMITS.detail),
    remedy: remedy === undefined ? null : bounded(remedy, LIMITS.remedy),
  };
}

/** Of several problems the first says more than their number. */
function messageOf(failure: GateError): string {
  const [first, ...others] = failure instanceof GateErrors ? failure.problems : [];
  if (first === undefined || others.length === 0) return failure.message;
  return `${first} (and ${others.length} more)`;
}

/** A text as jsonb takes it; what is cut away can't leave half a secret, because those are taken out first. */
export function bounded(text: string, limit: number): string {
  const clean = redact(text).replaceAll('\0', '');
  const short = clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
  return short.replace(/\p{Surrogate}/gu, '\uFFFD');
}

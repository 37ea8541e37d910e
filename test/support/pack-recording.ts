import { isDeepStrictEqual } from 'node:util';

type Fields = { readonly [key: string]: unknown };

/** Marks an object of which only the difference to the last one with the same uid is written. */
const OF = '$of';

/**
 * A watch tells whole objects again and again, of which little changed. In place of each but the first stands a merge patch, RFC 7396, so
 * that a recording is small, and shows what happened.
 */
export function pack(value: unknown, known = new Map<string, Fields>()): unknown {
  if (Array.isArray(value)) return value.map((each) => pack(each, known));
  if (!isFields(value)) return value;
  const uid = uidOf(value);
  if (uid === undefined) return mapped(value, (part) => pack(part, known));
  const base = known.get(uid);
  known.set(uid, value);
  if (!base) return value;
  const patch = difference(base, value);
  // A merge patch can't say that something is null.
  return isDeepStrictEqual(patched(base, patch), value) ? { [OF]: uid, ...patch } : value;
}

/** What {@link pack} was given. */
export function unpack(value: unknown, known = new Map<string, Fields>()): unknown {
  if (Array.isArray(value)) return value.map((each) => unpack(each, known));
  if (!isFields(value)) return value;
  const { [OF]: of, ...patch } = value;
  if (typeof of === 'string') {
    const whole = patched(known.get(of) ?? {}, patch);
    known.set(of, whole);
    return whole;
  }
  const uid = uidOf(value);
  if (uid === undefined) return mapped(value, (part) => unpack(part, known));
  known.set(uid, value);
  return value;
}

function difference(base: Fields, value: Fields): Fields {
  const changes: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(value)])) {
    const [before, after] = [base[key], value[key]];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (after === undefined) changes[key] = null;
    else changes[key] = isFields(before) && isFields(after) ? difference(before, after) : after;
  }
  return changes;
}

function patched(base: Fields, patch: Fields): Fields {
  const result: Record<string, unknown> = { ...base };
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = isFields(change) ? patched(isFields(base[key]) ? base[key] : {}, change) : change;
  }
  return result;
}

function uidOf(value: Fields): string | undefined {
  const { metadata } = value;
  return isFields(metadata) && typeof metadata.uid === 'string' ? metadata.uid : undefined;
}

function mapped(value: Fields, change: (part: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(part)]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { LogEvent } from '../../../../runner/src/report/render-event';

/** What a field of an event holds; undefined where it holds something else. An event comes from a log, so anybody's. */
export const textIn = (event: LogEvent, field: string): string | undefined => {
  const value = event[field];
  return typeof value === 'string' ? value : undefined;
};

export const numberIn = (event: LogEvent, field: string): number | undefined => {
  const value = event[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

export const textsIn = (event: LogEvent, field: string): string[] => {
  const value = event[field];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
};

export const recordsIn = (event: LogEvent, field: string): Readonly<Record<string, unknown>>[] => {
  const value = event[field];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
};

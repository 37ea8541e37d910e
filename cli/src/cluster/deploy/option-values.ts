import { GateErrors } from '../../../../runner/src/errors/gate-error';
import { DEFAULT_GRACES, type Graces } from '../follow/follow-options';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

export interface TimeOptions {
  readonly timeout?: string | undefined;
  readonly grace?: readonly string[] | undefined;
}

export interface Times {
  readonly timeout?: number | undefined;
  readonly graces: Partial<Graces>;
}

/** Milliseconds of `90`, `90s`, `15m` or `1h30m`; undefined for anything else. */
export function millisecondsOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+[smh])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smh])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
}

/** The times that a person gave. @throws GateErrors (64) with everything that is wrong. */
export function timesOf({ timeout, grace = [] }: TimeOptions): Times {
  const problems: string[] = [];
  const limit = timeout === undefined ? undefined : millisecondsOf(timeout);
  if (timeout !== undefined && !limit) {
    problems.push(
      `--timeout: ${JSON.stringify(timeout)} is not a duration; give it as 900, 90s, 15m or 1h30m`,
    );
  }
  const kinds = Object.keys(DEFAULT_GRACES);
  const graces = grace.map((text) => {
    const [kind = '', value = ''] = text.split('=');
    const milliseconds = millisecondsOf(value);
    if (!kinds.includes(kind) || milliseconds === undefined) {
      problems.push(`--grace: ${JSON.stringify(text)} is not KIND=SECONDS with one of ${kinds.join(', ')}`);
    }
    return [kind, milliseconds] as const;
  });
  if (problems.length > 0) throw new GateErrors('USAGE', problems);
  return { timeout: limit, graces: Object.fromEntries(graces) };
}

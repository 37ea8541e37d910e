import type { EnvironmentReader } from './environment';

/** Characters. */
const MOST = 500;

/** Who confirmed the plan, in one bounded line: it is shown to others, on terminals as well. */
export function readConfirmer(reader: EnvironmentReader): string | undefined {
  const line = reader
    .text('CONFIRMED_BY')
    ?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]+/gu, ' ')
    .trim();
  return line ? line.slice(0, MOST).replace(/\p{Surrogate}$/u, '') : undefined;
}

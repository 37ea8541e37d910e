import pico from 'picocolors';

/** What each part of an event looks like; without colours, each gives its text as it is. */
export interface Palette {
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly failure: (text: string) => string;
  /** What is read after the rest. */
  readonly aside: (text: string) => string;
}

export type TerminalEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Colours where a terminal shows them. NO_COLOR, if not empty, turns them off everywhere; FORCE_COLOR turns them on where
 * no terminal is seen, in the log of a pipeline for example, and off with `0` or `false`.
 *
 * @see https://no-color.org
 */
export function paletteFor(stream: { readonly isTTY?: boolean }, env: TerminalEnvironment): Palette {
  return palette(hasColors(stream, env));
}

export function hasColors({ isTTY }: { readonly isTTY?: boolean }, env: TerminalEnvironment): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY === true && TERM !== 'dumb';
}

/** Whether a line can be drawn again and again. */
export function hasCursor({ isTTY }: { readonly isTTY?: boolean }, { TERM }: TerminalEnvironment): boolean {
  return isTTY === true && TERM !== 'dumb';
}

export function palette(isColored: boolean): Palette {
  const { green, yellow, red, dim } = pico.createColors(isColored);
  return { good: green, warning: yellow, failure: red, aside: dim };
}

export const PLAIN = palette(false);

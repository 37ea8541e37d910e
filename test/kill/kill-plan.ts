import type { Random } from './random';

/** Where a run is killed. */
export type Kill =
  /** Milliseconds after the first event: anywhere, most often inside a statement. */
  | { readonly kind: 'time'; readonly after: number }
  /** After the n-th event, and a moment later. */
  | { readonly kind: 'event'; readonly nth: number; readonly name: string; readonly after: number }
  /** After the first event of a name, and a moment later. */
  | { readonly kind: 'named'; readonly name: string; readonly after: number }
  /** The server did what it was asked, and the runner never hears of it. */
  | { readonly kind: 'answer'; readonly nth: number }
  /** The server was just asked, and works on without the runner. */
  | { readonly kind: 'request'; readonly nth: number; readonly after: number };

/** What an uninterrupted run looked like. */
export interface Profile {
  /** From the first event to the end, in milliseconds. */
  readonly duration: number;
  /** Names of its events, in order. */
  readonly events: readonly string[];
  readonly answers: number;
  readonly requests: number;
}

/** After which most can go wrong; drawn as often as all the others together. */
const CRITICAL = /^(unit|statement|index|migration|rollback)_/;

/** Kills of one round: mostly one, sometimes several runs in a row before the one that may complete. */
export function drawRound(random: Random, profile: Profile): Kill[] {
  const kills = random.between(1, 5) === 1 ? random.between(2, 4) : 1;
  return Array.from({ length: kills }, () => drawKill(random, profile));
}

function drawKill(random: Random, { duration, events, answers, requests }: Profile): Kill {
  const kind = random.pick(['time', 'time', 'event', 'answer', 'request'] as const);
  switch (kind) {
    case 'time':
      return { kind, after: random.between(0, Math.round(duration)) };
    case 'event': {
      const all = events.map((name, index) => ({ name, nth: index + 1 }));
      const critical = all.filter(({ name }) => CRITICAL.test(name));
      const chosen = random.pick(critical.length > 0 && random.between(0, 1) === 0 ? critical : all);
      return { kind, ...chosen, after: random.pick([0, random.between(0, 30)]) };
    }
    case 'answer':
      return { kind, nth: random.between(1, answers) };
    case 'request':
      return { kind, nth: random.between(1, requests), after: random.pick([0, random.between(0, 10)]) };
  }
}

import type { EventEntry } from '../event-entry';

const FINDING = {
  has: ['check'],
  may: ['migration', 'statement', 'place', 'sqlstate', 'detail', 'remedy'],
} as const;

/** The checks before anything is changed. */
export const CHECK_EVENTS = {
  check_passed: { levels: ['info'], meaning: 'A check found nothing wrong.', ...FINDING },
  check_warned: {
    levels: ['warn'],
    meaning: 'A check found something that a person should know.',
    ...FINDING,
  },
  check_refused: {
    levels: ['error'],
    meaning: 'A check found why the run would fail, so that it is refused.',
    ...FINDING,
  },
  preflight_finished: { levels: ['info'], meaning: 'No check refused.', has: ['refusals'] },
} as const satisfies Record<string, EventEntry>;

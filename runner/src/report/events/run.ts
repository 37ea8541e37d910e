import type { EventEntry } from '../event-entry';

/** The run as a whole. */
export const RUN_EVENTS = {
  run_finished: {
    levels: ['info'],
    meaning: 'The run succeeded: what the command promises, holds. The last line of the run.',
    has: ['command', 'outcome', 'duration_ms'],
    may: [
      ...(['applied', 'last', 'migration_count', 'token', 'changes', 'restored', 'removed'] as const),
      ...(['kept', 'runs', 'summary', 'count', 'newer', 'looks'] as const),
    ],
  },
  run_failed: {
    levels: ['error'],
    meaning: 'The run failed: why, where, and what to do. The last line of the run.',
    has: ['command', 'outcome', 'exitCode', 'duration_ms'],
    may: ['migration', 'statement', 'place', 'sqlstate', 'applied', 'last', 'detail', 'remedy'],
  },
  output: {
    levels: ['info'],
    meaning: 'A part of what a command was asked for, a table for example (with `OUTPUT_AS_EVENTS`).',
    has: ['text', 'part', 'parts'],
  },
  environment_warning: {
    levels: ['warn'],
    meaning: 'An environment variable is set that the runner does not know, and that looks like a setting.',
    has: ['variable'],
  },
  telemetry_unavailable: {
    levels: ['warn'],
    meaning: 'Traces or metrics could not be sent. The run is not changed by that.',
    may: ['remedy'],
  },
} as const satisfies Record<string, EventEntry>;

import { ADOPT_EVENTS } from './events/adopt';
import { CHECK_EVENTS } from './events/check';
import { CONNECTION_EVENTS } from './events/connection';
import { HISTORY_EVENTS } from './events/history';
import { KEPT_EVENTS } from './events/kept';
import { RECORD_EVENTS } from './events/record';
import { ROLLBACK_EVENTS } from './events/rollback';
import { RUN_EVENTS } from './events/run';
import { SCHEMA_EVENTS } from './events/schema';
import { STATEMENT_EVENTS } from './events/statement';
import { UNIT_EVENTS } from './events/unit';
import type { FieldName, FieldValue } from './fields';
import type { Level } from './level';

/** All events under their stable names; whoever searches logs may rely on them. */
export const EVENTS = {
  ...RUN_EVENTS,
  ...CONNECTION_EVENTS,
  ...CHECK_EVENTS,
  ...HISTORY_EVENTS,
  ...UNIT_EVENTS,
  ...STATEMENT_EVENTS,
  ...RECORD_EVENTS,
  ...ROLLBACK_EVENTS,
  ...KEPT_EVENTS,
  ...ADOPT_EVENTS,
  ...SCHEMA_EVENTS,
};
type Events = typeof EVENTS;
export type EventName = keyof Events;

/** The events that have this level. */
export type EventsAt<L extends Level> = {
  [E in EventName]: L extends Events[E]['levels'][number] ? E : never;
}[EventName];

type Has<E extends EventName> = E extends EventName ? NamesIn<Events[E], 'has'> : never;
type May<E extends EventName> = E extends EventName ? NamesIn<Events[E], 'may'> : never;
type NamesIn<Entry, Key extends 'has' | 'may'> = Entry extends {
  readonly [K in Key]: readonly (infer F extends FieldName)[];
}
  ? F
  : never;

/** The events that need no fields. */
export type BareEvents = { [E in EventName]: [Has<E>] extends [never] ? E : never }[EventName];

/** The fields of an event. */
export type FieldsOf<E extends EventName> = { readonly [F in Has<E>]: FieldValue<F> } & {
  readonly [F in May<E>]?: FieldValue<F> | undefined;
};

/** Forbids every field that the event does not have, also where TypeScript itself looks away: in what is spread. */
export type NoOther<E extends EventName, G> = {
  readonly [F in Exclude<keyof G, Has<E> | May<E>>]: never;
};

import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  numeric,
  pgEnum,
  pgTable,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, id, instant, json, updatedAt } from './columns';
import { companies, companyUsers, users } from './people';
import { programmes } from './programmes';

export const eventStatus = pgEnum('event_status', ['draft', 'published', 'cancelled']);
export const registrationStatus = pgEnum('registration_status', [
  'registered',
  'waitlisted',
  'attended',
  'cancelled',
]);

export const events = pgTable(
  'events',
  {
    id: id(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id, { onDelete: 'restrict' }),
    programmeId: uuid('programme_id').references(() => programmes.id, { onDelete: 'set null' }),
    organiserId: uuid('organiser_id').notNull(),
    title: text('title').notNull(),
    description: text('description').notNull().default(''),
    status: eventStatus('status').notNull().default('draft'),
    location: json('location'),
    capacity: integer('capacity'),
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    // The organiser is someone of the company, not just any user.
    foreignKey({
      name: 'events_organiser_fkey',
      columns: [table.companyId, table.organiserId],
      foreignColumns: [companyUsers.companyId, companyUsers.userId],
    }).onDelete('restrict'),
    check('events_period', sql`${table.endsAt} > ${table.startsAt}`),
    check('events_capacity_positive', sql`${table.capacity} > 0`),
    index('events_company_id_starts_at_idx').on(table.companyId, table.startsAt.desc()),
    index('events_programme_id_idx').on(table.programmeId),
    index('events_published_idx').on(table.startsAt).where(sql`${table.status} = 'published'`),
  ],
);

export const eventRegistrations = pgTable(
  'event_registrations',
  {
    id: id(),
    eventId: uuid('event_id')
      .notNull()
      .references(() => events.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    status: registrationStatus('status').notNull().default('registered'),
    hours: numeric('hours', { precision: 5, scale: 2 }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    unique('event_registrations_event_id_user_id_key').on(table.eventId, table.userId),
    check('event_registrations_hours_range', sql`${table.hours} between 0 and 24`),
    check(
      'event_registrations_attended_has_hours',
      sql`${table.status} <> 'attended' or ${table.hours} is not null`,
    ),
    index('event_registrations_user_id_idx').on(table.userId),
  ],
);

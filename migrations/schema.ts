/*
 * The reference schema: a platform on which companies run volunteering and mentoring programmes for their staff.
 *
 * Drizzle cannot model functions and triggers. They stand in the migrations alone: 0003 (updated_at), 0012 (outbox)
 * and 0013 (reports). A new table with an updated_at column needs its trigger in its own migration.
 */
export * from './schema/events';
export * from './schema/matches';
export * from './schema/outbox';
export * from './schema/people';
export * from './schema/programmes';
export * from './schema/reports';

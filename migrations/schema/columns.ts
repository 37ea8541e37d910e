import { jsonb, timestamp, uuid } from 'drizzle-orm/pg-core';

export const id = () => uuid('id').primaryKey().defaultRandom();
export const instant = (name: string) => timestamp(name, { withTimezone: true });
export const createdAt = () => instant('created_at').notNull().defaultNow();
/** Kept by the trigger set_updated_at, also for writes that do not pass through the application. */
export const updatedAt = () => instant('updated_at').notNull().defaultNow();
export const json = (name: string) => jsonb(name).$type<Record<string, unknown>>().notNull().default({});

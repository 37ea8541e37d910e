import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, instant, json } from './columns';

/** What other services must hear of: written in the transaction of the change, delivered afterwards. */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    topic: text('topic').notNull(),
    aggregateId: uuid('aggregate_id').notNull(),
    payload: json('payload'),
    attempts: integer('attempts').notNull().default(0),
    createdAt: createdAt(),
    deliveredAt: instant('delivered_at'),
  },
  (table) => [
    check('outbox_attempts_not_negative', sql`${table.attempts} >= 0`),
    index('outbox_undelivered_idx').on(table.id).where(sql`${table.deliveredAt} is null`),
    index('outbox_aggregate_id_idx').on(table.aggregateId),
  ],
);

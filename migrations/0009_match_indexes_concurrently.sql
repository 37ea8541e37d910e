-- In a file of its own: CONCURRENTLY cannot run in a transaction, and nothing else should lose its transaction.
-- Without IF NOT EXISTS, which would take the invalid index of an interrupted build for a good one.
CREATE UNIQUE INDEX CONCURRENTLY "matches_open_or_paused_mentee_idx" ON "matches" USING btree ("programme_id","mentee_id") WHERE "matches"."status" in ('proposed', 'active', 'paused');--> statement-breakpoint
CREATE INDEX CONCURRENTLY "matches_paused_at_idx" ON "matches" USING btree ("paused_at") WHERE "matches"."status" = 'paused';

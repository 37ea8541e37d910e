-- Edited by hand: ends what 0008 began. Matches that were paused before there was a time for it get that of their last
-- change. The index of 0009 finds them, so that this does not read the whole table.
UPDATE "matches" SET "paused_at" = "updated_at" WHERE "status" = 'paused' AND "paused_at" IS NULL;
--> statement-breakpoint
-- Reads the whole table, but under SHARE UPDATE EXCLUSIVE, beside readers and writers; and before the next statement,
-- so that it does not run under the stronger lock of that one.
ALTER TABLE "matches" VALIDATE CONSTRAINT "matches_paused_has_start";
--> statement-breakpoint
-- "matches_open_or_paused_mentee_idx" of 0009 guarantees the same and more.
DROP INDEX "matches_open_mentee_idx";

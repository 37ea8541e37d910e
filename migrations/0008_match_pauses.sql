ALTER TABLE "matches" ADD COLUMN "paused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "matches" ADD COLUMN "pause_reason" text;--> statement-breakpoint
-- Edited by hand: NOT VALID. The generated statement reads the whole table under ACCESS EXCLUSIVE, which stops every
-- reader, and fails if a release between 0007 and this one has written the status 'paused'. Rows written from here on
-- are checked; 0010, which 0009 keeps out of this transaction, puts the old ones right and validates them.
ALTER TABLE "matches" ADD CONSTRAINT "matches_paused_has_start" CHECK (("matches"."status" = 'paused') = ("matches"."paused_at" is not null)) NOT VALID;

-- Edited by hand: the generated statement adds the column as NOT NULL without a default, which fails on the first
-- database that has users. So the column is added empty, filled from the names, and required only then.
-- The table is small (one row per person), so one transaction with one short lock is better than three releases.
ALTER TABLE "users" ADD COLUMN "display_name" text;
--> statement-breakpoint
-- The backfill is no change by a user: without this, every profile would count as updated today and be synced again.
ALTER TABLE "users" DISABLE TRIGGER "users_set_updated_at";
--> statement-breakpoint
UPDATE "users" SET "display_name" = coalesce(
  nullif(btrim(concat_ws(' ', nullif(btrim("first_name"), ''), nullif(btrim("last_name"), ''))), ''),
  split_part("email", '@', 1)
);
--> statement-breakpoint
ALTER TABLE "users" ENABLE TRIGGER "users_set_updated_at";
--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "display_name" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_display_name_not_blank" CHECK (btrim("users"."display_name") <> '');

CREATE TYPE "public"."match_status" AS ENUM('proposed', 'active', 'completed', 'declined');--> statement-breakpoint
CREATE TABLE "matches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"programme_id" uuid NOT NULL,
	"mentor_id" uuid NOT NULL,
	"mentee_id" uuid NOT NULL,
	"status" "match_status" DEFAULT 'proposed' NOT NULL,
	"score" numeric(4, 3),
	"goals" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "matches_two_people" CHECK ("matches"."mentor_id" <> "matches"."mentee_id"),
	CONSTRAINT "matches_score_range" CHECK ("matches"."score" between 0 and 1),
	CONSTRAINT "matches_completed_has_end" CHECK ("matches"."status" <> 'completed' or "matches"."ended_at" is not null)
);
--> statement-breakpoint
ALTER TABLE "matches" ADD CONSTRAINT "matches_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "matches" ADD CONSTRAINT "matches_mentor_id_users_id_fk" FOREIGN KEY ("mentor_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "matches" ADD CONSTRAINT "matches_mentee_id_users_id_fk" FOREIGN KEY ("mentee_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "matches_open_mentee_idx" ON "matches" USING btree ("programme_id","mentee_id") WHERE "matches"."status" in ('proposed', 'active');--> statement-breakpoint
CREATE INDEX "matches_programme_id_status_idx" ON "matches" USING btree ("programme_id","status");--> statement-breakpoint
CREATE INDEX "matches_mentor_id_idx" ON "matches" USING btree ("mentor_id");--> statement-breakpoint
CREATE INDEX "matches_mentee_id_idx" ON "matches" USING btree ("mentee_id");

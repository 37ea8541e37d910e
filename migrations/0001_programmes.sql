CREATE TYPE "public"."member_role" AS ENUM('mentor', 'mentee', 'volunteer');--> statement-breakpoint
CREATE TYPE "public"."programme_kind" AS ENUM('mentoring', 'volunteering', 'onboarding');--> statement-breakpoint
CREATE TYPE "public"."programme_status" AS ENUM('draft', 'open', 'running', 'closed');--> statement-breakpoint
CREATE TABLE "programme_members" (
	"programme_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" "member_role" NOT NULL,
	"joined_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "programme_members_pkey" PRIMARY KEY("programme_id","user_id","role")
);
--> statement-breakpoint
CREATE TABLE "programmes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"company_id" uuid NOT NULL,
	"kind" "programme_kind" NOT NULL,
	"title" text NOT NULL,
	"status" "programme_status" DEFAULT 'draft' NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "programmes_company_id_title_key" UNIQUE("company_id","title"),
	CONSTRAINT "programmes_period" CHECK ("programmes"."ends_on" >= "programmes"."starts_on")
);
--> statement-breakpoint
ALTER TABLE "programme_members" ADD CONSTRAINT "programme_members_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "programme_members" ADD CONSTRAINT "programme_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "programmes" ADD CONSTRAINT "programmes_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "programme_members_user_id_idx" ON "programme_members" USING btree ("user_id");

CREATE TYPE "public"."report_kind" AS ENUM('impact', 'engagement');--> statement-breakpoint
CREATE TYPE "public"."report_status" AS ENUM('queued', 'ready', 'failed');--> statement-breakpoint
CREATE TABLE "report_recipients" (
	"report_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "report_recipients_pkey" PRIMARY KEY("report_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"company_id" uuid NOT NULL,
	"requested_by" uuid,
	"kind" "report_kind" NOT NULL,
	"status" "report_status" DEFAULT 'queued' NOT NULL,
	"period_start" date NOT NULL,
	"period_end" date NOT NULL,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"result" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reports_company_id_kind_period_key" UNIQUE("company_id","kind","period_start","period_end"),
	CONSTRAINT "reports_period" CHECK ("reports"."period_end" >= "reports"."period_start"),
	CONSTRAINT "reports_ready_has_result" CHECK ("reports"."status" <> 'ready' or "reports"."result" is not null)
);
--> statement-breakpoint
ALTER TABLE "report_recipients" ADD CONSTRAINT "report_recipients_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."reports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_recipients" ADD CONSTRAINT "report_recipients_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_requested_by_users_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "report_recipients_user_id_idx" ON "report_recipients" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "reports_requested_by_idx" ON "reports" USING btree ("requested_by");--> statement-breakpoint
CREATE INDEX "reports_queued_idx" ON "reports" USING btree ("created_at") WHERE "reports"."status" = 'queued';--> statement-breakpoint
CREATE VIEW "public"."company_impact_monthly" AS (
  select e.company_id, date_trunc('month', e.starts_at at time zone 'UTC')::date as month,
    count(distinct r.user_id) as volunteers, count(distinct e.id) as events, sum(r.hours) as hours
  from events e join event_registrations r on r.event_id = e.id
  where r.status = 'attended'
  group by e.company_id, date_trunc('month', e.starts_at at time zone 'UTC')::date
);--> statement-breakpoint
CREATE VIEW "public"."volunteer_hours" AS (
  select e.company_id, u.id as user_id, u.display_name, count(*) as events, sum(r.hours) as hours
  from event_registrations r
  join events e on e.id = r.event_id
  join users u on u.id = r.user_id
  where r.status = 'attended'
  group by e.company_id, u.id
);--> statement-breakpoint
-- Added by hand from here on: Drizzle does not model functions and triggers (see 0003_updated_at_triggers).
CREATE TRIGGER reports_set_updated_at BEFORE UPDATE ON public.reports
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.set_updated_at();
--> statement-breakpoint
-- The figures of one company for one period; both days belong to it. One row, also when nothing happened.
CREATE FUNCTION public.company_impact(p_company_id uuid, p_from date, p_to date)
RETURNS TABLE (volunteers bigint, events bigint, hours numeric, matches_completed bigint)
LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT
    count(DISTINCT r.user_id),
    count(DISTINCT e.id),
    coalesce(sum(r.hours), 0),
    (
      SELECT count(*)
      FROM public.matches m
      JOIN public.programmes p ON p.id = m.programme_id
      WHERE p.company_id = p_company_id
        AND m.status = 'completed'
        AND (m.ended_at AT TIME ZONE 'UTC')::date BETWEEN p_from AND p_to
    )
  FROM public.events e
  JOIN public.event_registrations r ON r.event_id = e.id AND r.status = 'attended'
  WHERE e.company_id = p_company_id
    AND (e.starts_at AT TIME ZONE 'UTC')::date BETWEEN p_from AND p_to;
$$;
--> statement-breakpoint
-- Ends reports whose worker died, and says how many, so that the queue does not wait for them for ever.
CREATE FUNCTION public.fail_stale_reports(p_older_than interval) RETURNS integer
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  failed integer;
BEGIN
  UPDATE public.reports SET status = 'failed'
  WHERE status = 'queued' AND created_at < now() - p_older_than;
  GET DIAGNOSTICS failed = ROW_COUNT;
  RETURN failed;
END;
$$;

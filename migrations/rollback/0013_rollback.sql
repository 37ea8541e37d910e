-- Rolls back 0013_impact_reports.
-- Restores: a platform without reports; the figures can still be computed from events and registrations.
-- Cannot bring back: finished and queued reports, whom they were sent to, and the privileges granted on these objects.

DROP FUNCTION public.fail_stale_reports(interval);
DROP FUNCTION public.company_impact(uuid, date, date);
DROP VIEW public.volunteer_hours;
DROP VIEW public.company_impact_monthly;
DROP TABLE public.report_recipients;
DROP TABLE public.reports;
DROP TYPE public.report_status;
DROP TYPE public.report_kind;

-- Hand-written: Drizzle does not model functions and triggers. Writes that do not pass through the application
-- (a psql session, a backfill) must move updated_at too, or the search index and the data warehouse miss them.
-- The empty search_path keeps a caller's search_path from changing what the function means.
CREATE FUNCTION public.set_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;
--> statement-breakpoint
-- WHEN: an UPDATE that changes nothing is no change.
CREATE TRIGGER companies_set_updated_at BEFORE UPDATE ON public.companies
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.set_updated_at();
--> statement-breakpoint
CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON public.users
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.set_updated_at();
--> statement-breakpoint
CREATE TRIGGER programmes_set_updated_at BEFORE UPDATE ON public.programmes
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.set_updated_at();
--> statement-breakpoint
CREATE TRIGGER matches_set_updated_at BEFORE UPDATE ON public.matches
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.set_updated_at();

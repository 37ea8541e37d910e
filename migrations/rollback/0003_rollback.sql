-- Rolls back 0003_updated_at_triggers.
-- Restores: updated_at that only the application writes.
-- Cannot bring back: nothing is lost; the times that the triggers wrote stay.

DROP TRIGGER matches_set_updated_at ON public.matches;
DROP TRIGGER programmes_set_updated_at ON public.programmes;
DROP TRIGGER users_set_updated_at ON public.users;
DROP TRIGGER companies_set_updated_at ON public.companies;
DROP FUNCTION public.set_updated_at();

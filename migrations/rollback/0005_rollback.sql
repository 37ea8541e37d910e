-- Rolls back 0005_programme_overview.
-- Restores: the tables alone, without the view over them.
-- Cannot bring back: privileges granted on the view; it holds no data of its own.

DROP VIEW public.programme_overview;

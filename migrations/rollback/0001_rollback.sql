-- Rolls back 0001_programmes.
-- Restores: companies, users and memberships as they are; no programmes.
-- Cannot bring back: programmes and who took part in them.

DROP TABLE public.programme_members;
DROP TABLE public.programmes;
DROP TYPE public.programme_status;
DROP TYPE public.programme_kind;
DROP TYPE public.member_role;

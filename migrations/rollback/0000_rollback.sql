-- Rolls back 0000_companies_and_users.
-- Restores: a database without the platform's tables and types.
-- Cannot bring back: any company, user or membership, and the privileges granted on these objects.
--
-- This and every other script here: runs in one transaction, so that a range of them is undone as a whole or not at
-- all; leaves the history table to the runner; and has neither IF EXISTS nor CASCADE, because a missing object or one
-- that depends on these was not foreseen, and must stop the rollback instead of being passed over or dropped.

DROP TABLE public.company_users;
DROP TABLE public.users;
DROP TABLE public.companies;
DROP TYPE public.company_role;

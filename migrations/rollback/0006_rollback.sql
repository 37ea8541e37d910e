-- Rolls back 0006_users_display_name.
-- Restores: users with first and last name only; the constraint goes with the column.
-- Cannot bring back: display names that people chose. Applied again, the migration derives all of them from the names.

ALTER TABLE public.users DROP COLUMN display_name;

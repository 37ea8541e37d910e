-- Rolls back 0008_match_pauses.
-- Restores: matches without pauses; the value 'paused' of the type stays until 0007 is rolled back.
-- Cannot bring back: since when and why a match is paused, and which of the active matches were paused.
--
-- Paused matches become active: a release from before this migration shows a paused match nowhere, and mentor and
-- mentee would lose sight of each other. With 0009 applied until now, a paused match already kept its mentee from
-- having another open one; without it this can end in a unique violation (23505), which undoes the whole rollback.

-- Taken first: otherwise a match could be paused after the update.
LOCK TABLE public.matches IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.matches DROP CONSTRAINT matches_paused_has_start;
UPDATE public.matches SET status = 'active' WHERE status = 'paused';
ALTER TABLE public.matches DROP COLUMN pause_reason;
ALTER TABLE public.matches DROP COLUMN paused_at;

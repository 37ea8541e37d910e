-- Rolls back 0008_match_pauses.
-- Restores: matches without pauses; the value 'paused' of the type stays until 0007 is rolled back.
-- Cannot bring back: since when and why a match is paused, and which of the active matches were paused.
--
-- Paused matches become active: a release from before this migration shows a paused match nowhere, and mentor and
-- mentee would lose sight of each other. One stays paused where its mentee has another open match in the programme:
-- with 0009 applied until now there is none, because a paused match already kept the mentee from having another one.

-- Taken first: otherwise a match could be paused after the update.
LOCK TABLE public.matches IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.matches DROP CONSTRAINT matches_paused_has_start;
-- DESTRUCTIVE: which matches were paused is not known any more.
UPDATE public.matches SET status = 'active' WHERE id IN (
  SELECT DISTINCT ON (m.programme_id, m.mentee_id) m.id
  FROM public.matches m
  WHERE m.status = 'paused' AND NOT EXISTS (
    SELECT FROM public.matches other
    WHERE other.programme_id = m.programme_id AND other.mentee_id = m.mentee_id
      AND other.status IN ('proposed', 'active')
  )
  ORDER BY m.programme_id, m.mentee_id, m.updated_at DESC
);
ALTER TABLE public.matches DROP COLUMN pause_reason;
ALTER TABLE public.matches DROP COLUMN paused_at;

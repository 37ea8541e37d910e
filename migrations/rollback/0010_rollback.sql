-- Rolls back 0010_finish_match_pauses.
-- Restores: the unique index of 0002, and matches_paused_has_start as 0008 left it (NOT VALID).
-- Cannot bring back: nothing is lost; the times that paused matches were given stay.
--
-- The index is built without CONCURRENTLY, to stay in the transaction of the range: writes to matches wait for it.
-- It cannot find a duplicate: the index of 0009 is unique over the same columns and more rows.

ALTER TABLE public.matches DROP CONSTRAINT matches_paused_has_start;
ALTER TABLE public.matches ADD CONSTRAINT matches_paused_has_start
  CHECK ((status = 'paused') = (paused_at IS NOT NULL)) NOT VALID;
CREATE UNIQUE INDEX matches_open_mentee_idx ON public.matches USING btree (programme_id, mentee_id)
  WHERE status IN ('proposed', 'active');

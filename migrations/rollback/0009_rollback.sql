-- Rolls back 0009_match_indexes_concurrently.
-- Restores: matches with the indexes of 0002 alone.
-- Cannot bring back: nothing is lost; the indexes hold no data of their own.
--
-- Without CONCURRENTLY, which would keep the whole range from being rolled back in one transaction: dropping an index
-- takes no time, only an ACCESS EXCLUSIVE lock that the rest of the range needs anyway.

DROP INDEX public.matches_paused_at_idx;
DROP INDEX public.matches_open_or_paused_mentee_idx;

-- Rolls back 0002_mentoring_matches.
-- Restores: programmes without matches between mentors and mentees.
-- Cannot bring back: matches, their scores and their goals.

DROP TABLE public.matches;
DROP TYPE public.match_status;

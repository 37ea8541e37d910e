-- Rolls back 0012_outbox_match_trigger.
-- Restores: matches that change without an event; what stands in the outbox stays there.
-- Cannot bring back: the events of changes that are made while the trigger does not exist.

DROP TRIGGER matches_enqueue_event ON public.matches;
DROP FUNCTION public.enqueue_match_event();

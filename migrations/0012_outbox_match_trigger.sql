-- Hand-written: Drizzle does not model functions and triggers. The event is written in the transaction of the change,
-- so it exists exactly if the change does, whichever service made it.
CREATE FUNCTION public.enqueue_match_event() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  -- UPDATE OF status also fires when the column is set to what it was.
  IF TG_OP = 'UPDATE' AND NEW.status = OLD.status THEN
    RETURN NULL;
  END IF;
  INSERT INTO public.outbox (topic, aggregate_id, payload)
  VALUES (
    'match.' || NEW.status,
    NEW.id,
    jsonb_build_object(
      'programmeId', NEW.programme_id,
      'mentorId', NEW.mentor_id,
      'menteeId', NEW.mentee_id,
      'previousStatus', CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END
    )
  );
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER matches_enqueue_event AFTER INSERT OR UPDATE OF status ON public.matches
  FOR EACH ROW EXECUTE FUNCTION public.enqueue_match_event();
